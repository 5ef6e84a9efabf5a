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

/** Small models put their JSON into a fence, or say aloud what they think first; what is left must be JSON alone. */
const THOUGHT = /^\s*<think>[\s\S]*?<\/think>/;
const FENCE = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/;

/** The question that a model wrote with what bears it out; undefined where it is none, or nothing was worth asking. */
export function parseQuestion(output: string): WrittenQuestion | undefined {
	// Half a surrogate pair, or U+0000, cannot be kept.
	if (!output.isWellFormed() || /\0|\\u0000|\\ud[89a-f]/i.test(output)) return undefined;
	const spoken = output.replace(THOUGHT, "");
	let json: unknown;
	try {
		json = JSON.parse(FENCE.exec(spoken)?.[1] ?? spoken);
	} catch {
		return undefined;
	}
	const parsed = written.safeParse(json);
	if (!parsed.success) return undefined;
	const question = parsed.data.question.replaceAll(/\s+/g, " ").trim();
	const quotes = [...new Set(parsed.data.quotes.map((quote) => quote.trim()))];
	if (question === "" || question.length > LONGEST_QUESTION) return undefined;
	if (quotes.length === 0 || quotes.length > MAX_QUOTES) return undefined;
	if (quotes.some(({ length }) => length < SHORTEST_QUOTE || length > LONGEST_QUOTE)) return undefined;
	return { question, quotes, answer: parsed.data.answer?.trim() || undefined };
}
