import type { Turn } from "../ask/turn.ts";
import { ExcerptError } from "../errors.ts";
import { countMessages, countTools } from "../models/count-messages.ts";
import { countTokens } from "../models/tokens.ts";

/**
 * What a turn brings itself is sent whole or not at all. Throws 400 (`context_length_exceeded`) where that is more than the
 * limit. Its history and its passages are cut to their own budgets instead.
 */
export function requireRoom(
	{ instructions, question, steps, tools }: Pick<Turn, "instructions" | "question" | "steps" | "tools">,
	limit: number,
): void {
	const tokens = countTokens(instructions ?? "") + countTokens(question) + countMessages(steps) + countTools(tools);
	if (tokens <= limit) return;
	throw new ExcerptError(
		"context_length_exceeded",
		`The input of this turn has ${tokens} tokens, and INPUT_TOKENS allows ${limit}. Ask with less, or give long texts as files to a vector store.`,
		{ param: "input" },
	);
}
