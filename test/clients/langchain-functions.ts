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
const asked = await model.invoke(messages);
messages.push(asked);
for (const { id, args } of asked.tool_calls ?? []) {
	messages.push(new ToolMessage(await price.invoke(args as { symbol: string }), id as string));
}
console.log((await model.invoke(messages)).text);
