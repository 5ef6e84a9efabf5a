/** The AI SDK with a function of one's own beside the vector store STORE. */
import { openai } from "@ai-sdk/openai";
import { isStepCount, streamText, tool } from "ai";
import { z } from "zod";

const { textStream } = streamText({
	model: openai("gpt-4.1-mini"),
	tools: {
		file_search: openai.tools.fileSearch({ vectorStoreIds: [process.env.STORE as string] }),
		share_price: tool({
			description: "What a share costs now.",
			inputSchema: z.object({ symbol: z.string() }),
			execute: ({ symbol }) => `${symbol}: 90.12 dollars`,
		}),
	},
	prompt: "What does a share of Colgate-Palmolive cost?",
	stopWhen: isStepCount(5),
});
for await (const piece of textStream) process.stdout.write(piece);
