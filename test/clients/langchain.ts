/** LangChain on the vector store STORE; OPENAI_BASE_URL and OPENAI_API_KEY say where Excerpt is. */
// #region README
import { HumanMessage } from "@langchain/core/messages";
import { ChatOpenAI, tools } from "@langchain/openai";

const model = new ChatOpenAI({ model: "gpt-4.1-mini", useResponsesApi: true }).bindTools([
	tools.fileSearch({ vectorStoreIds: [process.env.STORE as string] }),
]);

const question = new HumanMessage("Where is the headquarters of Colgate-Palmolive?");
const answer = await model.invoke([question]);
console.log(answer.text);
console.dir(answer.response_metadata.output, { depth: null }); // citations with their quotes and places

const pieces = await model.stream([question, answer, new HumanMessage("When was it founded?")]);
for await (const piece of pieces) process.stdout.write(piece.text);
// #endregion
console.log();

const third = await model.invoke("When was it added to the list?", {
	previous_response_id: answer.response_metadata.id as string,
});
console.log(third.text);
