import type OpenAI from "openai";
import type { Location } from "../../src/types.ts";
import type { Way } from "./ways.ts";

/** A passage as searches and receipts tell of it. */
export type Hit = {
	chunk_id: string;
	filename: string;
	/** What the set's questions call its document. */
	doc: string;
	score: number;
	start: number;
	end: number;
	text: string;
	location: Location;
};

type Told = Omit<Hit, "doc" | "text"> & {
	attributes: { doc: string };
	content?: { text: string }[];
	text?: string;
};

/** What a search finds, best first. */
export async function search(client: OpenAI, storeId: string, query: string, way: Way, limit = 50): Promise<Hit[]> {
	const page = await client.vectorStores.search(storeId, {
		query,
		max_num_results: limit,
		ranking_options: way.ranking,
	} as OpenAI.VectorStoreSearchParams);
	return (page.data as unknown as Told[]).map(hitOf);
}

/** What one turn sends of the documents. `tokens`: all excerpts with their tags, as the receipt counts them. */
export type Sent = {
	/** The id of the response. */
	id: string;
	hits: Hit[];
	/** What was considered, best first. */
	found: Hit[];
	tokens: number;
	/** With instructions, history and question. */
	inputTokens: number;
	/** What every document of the store would have taken whole. */
	wholeFilesTokens: number;
	answer: string;
};

export type Said = { role: "user" | "assistant"; content: string };

/** One turn of the extractive model, whose context is that of any model. */
export async function ask(
	client: OpenAI,
	storeId: string,
	input: string | Said[],
	way: Way,
	{ budget, previous, keep = false }: { budget?: number; previous?: string; keep?: boolean } = {},
): Promise<Sent> {
	const response = await client.responses.create({
		model: "extractive",
		input,
		tools: [{ type: "file_search", vector_store_ids: [storeId], ranking_options: way.ranking }],
		include: ["file_search_call.results"],
		store: keep,
		...(previous && { previous_response_id: previous }),
		...(budget && { context: { passage_tokens: budget } }),
	} as OpenAI.Responses.ResponseCreateParamsNonStreaming);
	const { receipt } = response as unknown as {
		receipt: {
			passages: { sent: { chunk_id: string }[] };
			tokens: { passages: number; output: number; total: number };
			whole_files_tokens: number;
		};
	};
	const [call] = response.output.filter((item) => item.type === "file_search_call");
	const found = ((call?.results ?? []) as unknown as Told[]).map(hitOf);
	const byId = new Map(found.map((hit) => [hit.chunk_id, hit]));
	return {
		id: response.id,
		hits: receipt.passages.sent.flatMap(({ chunk_id }) => byId.get(chunk_id) ?? []),
		found,
		tokens: receipt.tokens.passages,
		inputTokens: receipt.tokens.total - receipt.tokens.output,
		wholeFilesTokens: receipt.whole_files_tokens,
		answer: response.output_text,
	};
}

function hitOf({ attributes, content, text, ...rest }: Told): Hit {
	return { ...rest, doc: attributes.doc, text: text ?? content?.[0]?.text ?? "" };
}
