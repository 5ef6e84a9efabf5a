/** The `openai` package with a function of one's own beside the vector store STORE. */
import OpenAI from "openai";

const client = new OpenAI();
const model = "gpt-4.1-mini";
const tools: OpenAI.Responses.Tool[] = [
	{ type: "file_search", vector_store_ids: [process.env.STORE as string] },
	{
		type: "function",
		name: "share_price",
		description: "What a share costs now.",
		parameters: {
			type: "object",
			properties: { symbol: { type: "string" } },
			required: ["symbol"],
			additionalProperties: false,
		},
		strict: true,
	},
];

let response = await client.responses.create({ model, tools, input: "What does a share of Colgate-Palmolive cost?" });
for (let calls = callsIn(response); calls.length > 0; calls = callsIn(response)) {
	const input = calls.map(({ call_id, arguments: given }) => {
		const { symbol } = JSON.parse(given) as { symbol: string };
		return { type: "function_call_output" as const, call_id, output: `${symbol}: 90.12 dollars` };
	});
	response = await client.responses.create({ model, tools, input, previous_response_id: response.id });
}
console.log(response.output_text);

function callsIn({ output }: OpenAI.Responses.Response) {
	return output.filter((item) => item.type === "function_call");
}
