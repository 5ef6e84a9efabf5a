/** `@openai/agents`: one agent hands over to another, which asks the vector store STORE and answers in a given form. */
import { Agent, fileSearchTool, run, setTracingDisabled } from "@openai/agents";
import { z } from "zod";

setTracingDisabled(true);

const broker = new Agent({
	name: "Broker",
	model: "gpt-4.1-mini",
	tools: [fileSearchTool(process.env.STORE as string)],
	outputType: z.object({ company: z.string(), symbol: z.string() }),
});
const desk = Agent.create({ name: "Desk", model: "gpt-4.1-mini", handoffs: [broker] });

const { finalOutput, lastAgent } = await run(desk, "Which symbol has Colgate-Palmolive?");
if (lastAgent?.name !== "Broker") throw new Error(`answered by ${lastAgent?.name}`);
console.log(finalOutput);
