import type OpenAI from "openai";
import type { Location, Scores } from "../../src/types.ts";
import type { FakeOpenAI } from "./fake-openai.ts";

/** The file_search tool over one store or several. */
export function fileSearch(
	storeIds: string | string[],
	options: Partial<OpenAI.Responses.FileSearchTool> = {},
): OpenAI.Responses.FileSearchTool {
	return { type: "file_search", vector_store_ids: [storeIds].flat(), ...options };
}

/** An annotation as we send it: OpenAI's keys and ours. */
export type Annotation = OpenAI.Responses.ResponseOutputText.FileCitation & {
	chunk_id: string;
	quote: string;
	start: number;
	end: number;
	location: Location;
};

export function citationsOf(response: OpenAI.Responses.Response): Annotation[] {
	const parts = response.output.flatMap((item) => (item.type === "message" ? item.content : []));
	return parts.flatMap((part) => (part.type === "output_text" ? (part.annotations as Annotation[]) : []));
}

/** A result of a search as we send it: OpenAI's keys and ours. */
export type Result = OpenAI.Responses.ResponseFileSearchToolCall.Result & {
	file_id: string;
	filename: string;
	text: string;
	chunk_id: string;
	location: Location;
	start: number;
	end: number;
	scores: Scores;
};

/** What the searches of a response found; null where that was not asked for. */
export function resultsOf(response: OpenAI.Responses.Response): Result[] | null {
	const [call] = response.output.filter((item) => item.type === "file_search_call");
	return (call?.results ?? null) as Result[] | null;
}

/** A message as the fake received it. */
export type Heard = {
	role: string;
	content: string;
	tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
	tool_call_id?: string;
};

/** The bodies of all chat requests that the fake received. */
export function chatRequests(fake: FakeOpenAI): (Record<string, unknown> & { messages: Heard[] })[] {
	const asked = fake.requests.filter(({ path }) => path.endsWith("/chat/completions"));
	return asked.map(({ body }) => body as Record<string, unknown> & { messages: Heard[] });
}

/** The messages of the last chat request that the fake received. */
export function lastMessages(fake: FakeOpenAI): Heard[] {
	return chatRequests(fake).at(-1)?.messages ?? [];
}

/** The excerpts in the last message that the fake received: all that stands before the question. */
export function lastExcerpts(fake: FakeOpenAI): string {
	const prompt = lastMessages(fake).at(-1)?.content ?? "";
	return prompt.slice(0, prompt.lastIndexOf("\n\nQuestion: "));
}

/** One server-sent event as it went over the wire. */
export type Frame = { event: string; data: Record<string, unknown> };

/** Posts a streamed request without a client and reads its frames; throws where one is not an event and its data. */
export async function readFrames(url: string, body: object): Promise<Frame[]> {
	const response = await fetch(`${url}/v1/responses`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ ...body, stream: true }),
	});
	const type = response.headers.get("content-type");
	if (response.status !== 200 || !type?.startsWith("text/event-stream")) throw new Error(`${response.status} ${type}`);
	const text = await response.text();
	return parseFrames(text);
}

export function parseFrames(text: string): Frame[] {
	if (!text.endsWith("\n\n")) throw new Error("the stream ends within a frame");
	return text
		.slice(0, -2)
		.split("\n\n")
		.map((frame) => {
			const [, event = "", data = ""] = /^event: (\S+)\ndata: (\{.*\})$/.exec(frame) ?? [];
			if (!event) throw new Error(`not a frame: ${frame}`);
			return { event, data: JSON.parse(data) };
		});
}
