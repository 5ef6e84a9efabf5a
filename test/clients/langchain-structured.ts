/** LangChain: an answer of a given form, beside the vector store STORE. */
import { ChatOpenAI, tools } from "@langchain/openai";
import { z } from "zod";

const searching = new ChatOpenAI({ model: "gpt-4.1-mini", useResponsesApi: true }).withConfig({
	tools: [tools.fileSearch({ vectorStoreIds: [process.env.STORE as string] })],
}) as ChatOpenAI; // its type says less than it is
const model = searching.withStructuredOutput(z.object({ company: z.string(), symbol: z.string() }));
console.log(await model.invoke("Which symbol has Colgate-Palmolive?"));
