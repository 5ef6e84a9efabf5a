import { type ChatModel, TEXT_ONLY } from "../src/models/chat-model.ts";
import { countRequest } from "../src/models/count-messages.ts";
import { countTokens } from "../src/models/tokens.ts";
import type { Usage } from "../src/types.ts";
import { parseQuestion, type WrittenQuestion } from "./parse-question.ts";
import { QUESTION_FORMAT, questionPrompt } from "./question-prompt.ts";
import { QuoteSearch } from "./quote-search.ts";

/** Models that think spend tokens before they write. */
const MAX_OUTPUT_TOKENS = 4_000;

/**
 * One question about a passage, as a model writes it; undefined where it writes none, or quotes what the passage does not
 * say word for word. Throws what the model's server fails with.
 */
export async function writeQuestion(
	chat: ChatModel,
	model: string,
	{ filename, text: passage }: { filename: string; text: string },
	signal: AbortSignal,
): Promise<{ written: WrittenQuestion | undefined; usage: Usage }> {
	const messages = questionPrompt(filename, passage);
	const request = {
		...TEXT_ONLY,
		model,
		messages,
		question: messages.at(-1)?.content ?? "",
		context: [],
		format: QUESTION_FORMAT,
		max_output_tokens: MAX_OUTPUT_TOKENS,
		// Left to the model: some take no other than their own.
		temperature: null,
		top_p: null,
		signal,
	};
	let text = "";
	let usage: Usage | null = null;
	for await (const event of chat.stream(request)) {
		if (event.type === "text") text += event.text;
		else if (event.type === "done") usage = event.usage;
	}
	const written = parseQuestion(text);
	const estimate = () => ({
		input_tokens: countRequest(messages, [], QUESTION_FORMAT),
		cached_tokens: 0,
		output_tokens: countTokens(text),
		reasoning_tokens: 0,
	});
	return { written: written && saysAll(passage, written) ? written : undefined, usage: usage ?? estimate() };
}

function saysAll(passage: string, { quotes }: WrittenQuestion): boolean {
	const search = new QuoteSearch(quotes);
	search.take({ start: 0, text: passage });
	return search.found.size === quotes.length;
}
