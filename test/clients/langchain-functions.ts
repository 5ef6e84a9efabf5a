/** LangChain with a function of one's own beside the vector store STORE. */
import { type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, tools } from "@langchain/openai";
import { z } from "zod";

const price = tool(({ symbol }) => `${symbol}: 90.12 dollars`, {
	name: "share_price",
	description: "What a share costs now.",
	schema: z.object({ symbol: z.string() }),
});
const model = new ChatOpenAI({ model: "gpt-4.1-mini", useResponsesApi: true }).bindTools([
	tools.fileSearch({ vectorStoreIds: [process.env.STORE as string] }),
	price,
]);

const messages: BaseMessage[] = [new HumanMessage("What does a share of Colgate-Palmolive cost?")];
let answer = await model.invoke(messages);
while (answer.tool_calls?.length) {
	messages.push(answer);
	for (const { id, args } of answer.tool_calls) {
		messages.push(new ToolMessage(await price.invoke(args as { symbol: string }), id as string));
	}
	answer = await model.invoke(messages);
}
console.log(answer.text);
