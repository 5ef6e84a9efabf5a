/** `@openai/agents` on the vector store STORE; OPENAI_BASE_URL and OPENAI_API_KEY say where Excerpt is. */
// #region README
import { Agent, fileSearchTool, run, setTracingDisabled } from "@openai/agents";

setTracingDisabled(true); // or it sends what is asked and answered to OpenAI

const agent = new Agent({
	name: "Analyst",
	instructions: "Answer from the documents.",
	model: "gpt-4.1-mini",
	tools: [fileSearchTool(process.env.STORE as string)],
});

const first = await run(agent, "Where is the headquarters of Colgate-Palmolive?");
console.log(first.finalOutput);
for (const { rawItem } of first.newItems) {
	if (rawItem?.type === "message") console.dir(rawItem.content, { depth: null }); // citations: providerData.annotations
}

const second = await run(agent, [...first.history, { role: "user", content: "When was it founded?" }], {
	stream: true,
});
for await (const piece of second.toTextStream()) process.stdout.write(piece);
// #endregion
await second.completed;
console.log();

const third = await run(agent, "When was it added to the list?", { previousResponseId: second.lastResponseId });
console.log(third.finalOutput);
