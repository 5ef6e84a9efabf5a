/** `@openai/agents` with a function of one's own beside the vector store STORE. */
import { Agent, fileSearchTool, run, setTracingDisabled, tool } from "@openai/agents";
import { z } from "zod";

setTracingDisabled(true);

const agent = new Agent({
	name: "Broker",
	model: "gpt-4.1-mini",
	tools: [
		fileSearchTool(process.env.STORE as string),
		tool({
			name: "share_price",
			description: "What a share costs now.",
			parameters: z.object({ symbol: z.string() }),
			execute: ({ symbol }) => `${symbol}: 90.12 dollars`,
		}),
	],
});

const { finalOutput } = await run(agent, "What does a share of Colgate-Palmolive cost?");
console.log(finalOutput);
