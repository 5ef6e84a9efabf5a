import type { ChatMessage } from "../models/chat-model.ts";
import { countMessages, countTools } from "../models/count-messages.ts";
import { countTokens } from "../models/tokens.ts";
import type { ModelCall } from "./answer.ts";
import type { Receipt } from "./receipt.ts";

export type PromptFacts = {
	/** What was sent first of all: rules and instructions. */
	system: string;
	history: ChatMessage[];
	question: string;
	/** The excerpts beside the question. */
	excerpts: string;
	steps: ChatMessage[];
};

/**
 * The tokens of a turn by what they are for, over all its calls to the model. What the model searched by itself was added to
 * the prompt of the calls that followed: what it called for counts as `tools`, what was found as `passages`. What is left of
 * the requests as a whole is `overhead`: what frames messages and calls, and the form of the answer.
 */
export function countParts(
	{ system, history, question, excerpts, steps }: PromptFacts,
	calls: ModelCall[],
	output: string,
): Omit<Receipt["tokens"], "total"> {
	const found = (message: ChatMessage) => message.role === "tool";
	const added = calls.flatMap((call) => call.added);
	const offered = calls.reduce((sum, call) => sum + countTools(call.tools), 0);
	const parts = {
		instructions: calls.length * countTokens(system),
		history: calls.length * countMessages(history),
		passages: calls.length * countTokens(excerpts) + countMessages(added.filter(found)),
		question: calls.length * countTokens(question),
		tools: offered + calls.length * countMessages(steps) + countMessages(added.filter((message) => !found(message))),
	};
	const sent = calls.reduce((sum, call) => sum + call.counted, 0);
	const named = Object.values(parts).reduce((sum, part) => sum + part, 0);
	return { ...parts, overhead: sent - named, output: countTokens(output) };
}
