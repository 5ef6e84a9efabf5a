/** The AI SDK: an answer of a given form, beside the vector store STORE. */
import { openai } from "@ai-sdk/openai";
import { generateText, Output } from "ai";
import { z } from "zod";

const { output } = await generateText({
	model: openai("gpt-4.1-mini"),
	tools: { file_search: openai.tools.fileSearch({ vectorStoreIds: [process.env.STORE as string] }) },
	output: Output.object({ schema: z.object({ company: z.string(), symbol: z.string() }) }),
	prompt: "Which symbol has Colgate-Palmolive?",
});
console.log(output);
