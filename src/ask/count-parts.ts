import type { ChatMessage, ChatTool } from "../models/chat-model.ts";
import { countMessages, countTools } from "../models/count-messages.ts";
import { countTokens } from "../models/tokens.ts";
import type { ModelCall } from "./answer.ts";
import type { Receipt } from "./receipt.ts";

export type PromptFacts = {
	/** What was sent first of all: rules and instructions. */
	system: string;
	historyTokens: number;
	question: string;
	/** The excerpts beside the question. */
	excerpts: string;
	steps: ChatMessage[];
	tools: ChatTool[];
};

/**
 * The tokens of a turn by what they are for, over all its calls to the model. What the model searched by itself was added to
 * the prompt of the calls that followed: what it called for counts as `tools`, what was found as `passages`.
 */
export function countParts(
	{ system, historyTokens, question, excerpts, steps, tools }: PromptFacts,
	calls: ModelCall[],
	output: string,
): Omit<Receipt["tokens"], "total"> {
	const found = (message: ChatMessage) => message.role === "tool";
	const added = calls.flatMap((call) => call.added);
	return {
		instructions: calls.length * countTokens(system),
		history: calls.length * historyTokens,
		passages: calls.length * countTokens(excerpts) + countMessages(added.filter(found)),
		question: calls.length * countTokens(question),
		tools:
			calls.length * (countTools(tools) + countMessages(steps)) +
			countMessages(added.filter((message) => !found(message))),
		output: countTokens(output),
	};
}
