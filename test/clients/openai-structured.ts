/** The `openai` package: an answer of a given form, in one piece, as a stream, and begun in the background and followed. */
import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";

const Share = z.object({ company: z.string(), symbol: z.string() });
const client = new OpenAI();
const request = {
	model: "gpt-4.1-mini",
	tools: [{ type: "file_search" as const, vector_store_ids: [process.env.STORE as string] }],
	input: "Which symbol has Colgate-Palmolive?",
	text: { format: zodTextFormat(Share, "share") },
};

console.log((await client.responses.parse(request)).output_parsed);

const streamed = await client.responses.stream(request).finalResponse();
console.log(streamed.output_parsed);

const begun = await client.responses.create({ ...request, background: true, stream: true });
let seen: OpenAI.Responses.ResponseStreamEvent | undefined;
let id = "";
for await (const event of begun) {
	if (event.type === "response.created") id = event.response.id;
	seen = event;
	if (event.type === "response.in_progress") break;
}
const rest = await client.responses.retrieve(id, { stream: true, starting_after: seen?.sequence_number });
for await (const event of rest) {
	if (event.type === "response.output_text.done") console.log(Share.parse(JSON.parse(event.text)));
}

const another = await client.responses.create({ ...request, background: true });
const { status } = await client.responses.cancel(another.id);
if (status !== "cancelled" && status !== "completed") throw new Error(`it is ${status}`);
