/** The AI SDK on the vector store STORE; OPENAI_BASE_URL and OPENAI_API_KEY say where Excerpt is. */
// #region README
import { openai } from "@ai-sdk/openai";
import { generateText, type ModelMessage, streamText } from "ai";

const model = openai("gpt-4.1-mini");
const tools = { file_search: openai.tools.fileSearch({ vectorStoreIds: [process.env.STORE as string] }) };
const messages: ModelMessage[] = [{ role: "user", content: "Where is the headquarters of Colgate-Palmolive?" }];

const first = await generateText({ model, tools, messages, include: { responseBody: true } });
console.log(first.text);
console.log(first.sources); // the files cited
const { output } = first.response.body as { output: object[] };
console.dir(output, { depth: null }); // citations with their quotes and places, which the AI SDK leaves out

messages.push(...first.response.messages, { role: "user", content: "When was it founded?" });
const second = streamText({ model, tools, messages });
for await (const piece of second.textStream) process.stdout.write(piece);
// #endregion
console.log();

const third = await generateText({
	model,
	tools,
	prompt: "When was it added to the list?",
	providerOptions: {
		openai: {
			previousResponseId: (await second.providerMetadata)?.openai?.responseId as string,
			include: ["file_search_call.results"],
		},
	},
});
console.log(third.text);
console.dir(third.toolResults, { depth: null });
