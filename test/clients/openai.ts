/** The `openai` package on the vector store STORE; OPENAI_BASE_URL and OPENAI_API_KEY say where Excerpt is. */
// #region README
import OpenAI from "openai";

const client = new OpenAI();
const model = "gpt-4.1-mini";
const tools: OpenAI.Responses.Tool[] = [{ type: "file_search", vector_store_ids: [process.env.STORE as string] }];

const answer = await client.responses.create({
	model,
	tools,
	input: "Where is the headquarters of Colgate-Palmolive?",
});
console.log(answer.output_text);
for (const item of answer.output) {
	if (item.type === "message") console.dir(item.content, { depth: null }); // citations: annotations
}

const stream = client.responses.stream({
	model,
	tools,
	input: "When was it founded?",
	previous_response_id: answer.id,
});
stream.on("response.output_text.delta", ({ delta }) => process.stdout.write(delta));
const { usage } = await stream.finalResponse();
// #endregion
console.log(`\n${usage?.input_tokens} tokens read`);

const conversation = await client.conversations.create();
for (const input of ["Where is the headquarters of Coinbase?", "When was it founded?"]) {
	const { output_text } = await client.responses.create({ model, tools, conversation: conversation.id, input });
	console.log(output_text);
}
for await (const item of client.conversations.items.list(conversation.id, { order: "asc" })) console.log(item.type);
