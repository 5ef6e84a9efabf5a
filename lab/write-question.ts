import type { AnswerFormat, ChatModel } from "../src/models/chat-model.ts";
import { countRequest, estimateUsage } from "../src/models/count-messages.ts";
import { helperRequest } from "../src/models/helper-request.ts";
import type { Usage } from "../src/types.ts";
import { parseQuestion, type WrittenQuestion } from "./parse-question.ts";
import { questionPrompt } from "./question-prompt.ts";
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
	format: AnswerFormat,
	signal: AbortSignal,
): Promise<{ written: WrittenQuestion | undefined; usage: Usage }> {
	const messages = questionPrompt(filename, passage);
	const asked = { format, max_output_tokens: MAX_OUTPUT_TOKENS, signal };
	let text = "";
	let usage: Usage | null = null;
	for await (const event of chat.stream(helperRequest(model, messages, asked))) {
		if (event.type === "text") text += event.text;
		else if (event.type === "done") usage = event.usage;
	}
	const written = parseQuestion(text);
	const estimate = () => estimateUsage(countRequest(messages, [], format), text);
	return { written: written && saysAll(passage, written) ? written : undefined, usage: usage ?? estimate() };
}

function saysAll(passage: string, { quotes }: WrittenQuestion): boolean {
	const search = new QuoteSearch(quotes);
	search.take({ start: 0, text: passage });
	return search.found.size === quotes.length;
}
