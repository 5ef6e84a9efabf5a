import { z } from "@hono/zod-openapi";
import { MAX_QUOTES } from "./question-prompt.ts";

const written = z.object({
	question: z.string(),
	quotes: z.array(z.string()),
	answer: z.string().optional(),
});

export type WrittenQuestion = { question: string; quotes: string[]; answer: string | undefined };

/** A shorter quote stands in many places. */
const SHORTEST_QUOTE = 20;
const LONGEST_QUOTE = 4_000;
const LONGEST_QUESTION = 1_000;

/** Some models say aloud what they think first. */
const THOUGHT = /^\s*<think>[\s\S]*?<\/think>/;

/** The question that a model wrote with what bears it out; undefined where it is none, or nothing was worth asking. */
export function parseQuestion(output: string): WrittenQuestion | undefined {
	// Half a surrogate pair, or U+0000, cannot be kept.
	if (!output.isWellFormed() || /\0|\\u0000|\\ud[89a-f]/i.test(output)) return undefined;
	const spoken = output.replace(THOUGHT, "");
	// Where no form could be asked for, the object may stand in a fence or between polite words.
	const parsed = written.safeParse(
		jsonOf(spoken) ?? jsonOf(spoken.slice(spoken.indexOf("{"), spoken.lastIndexOf("}") + 1)),
	);
	if (!parsed.success) return undefined;
	const question = parsed.data.question.replaceAll(/\s+/g, " ").trim();
	const quotes = [...new Set(parsed.data.quotes.map((quote) => quote.trim()))];
	if (question === "" || question.length > LONGEST_QUESTION) return undefined;
	if (quotes.length === 0 || quotes.length > MAX_QUOTES) return undefined;
	if (quotes.some(({ length }) => length < SHORTEST_QUOTE || length > LONGEST_QUOTE)) return undefined;
	return { question, quotes, answer: parsed.data.answer?.trim() || undefined };
}

/** Undefined where it is none. */
function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
