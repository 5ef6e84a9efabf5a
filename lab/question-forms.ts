import type { AnswerFormat } from "../src/models/chat-model.ts";
import { isRefusal } from "../src/models/with-wishes.ts";
import { QUESTION_FORMAT } from "./question-prompt.ts";

/** Strictest first. The prompt tells the form too, so that a model without any of ours may still keep to it. */
const FORMS: AnswerFormat[] = [QUESTION_FORMAT, { type: "json_object" }, { type: "text" }];

/**
 * The strictest form of answer that a model's server takes: many compatible ones refuse a schema, some any form. Found by
 * the first question; until `isKnown` no others should be asked beside it, or each would be refused by itself.
 */
export class QuestionForms {
	readonly #told: (refused: AnswerFormat["type"], why: unknown) => void;
	#place = 0;
	#known = false;

	/** `told` is called for each form that is refused. */
	constructor(told: (refused: AnswerFormat["type"], why: unknown) => void) {
		this.#told = told;
	}

	get isKnown(): boolean {
		return this.#known;
	}

	/** Throws what the call throws, or the last one where no form at all is taken. */
	async ask<Answer>(call: (format: AnswerFormat) => Promise<Answer>): Promise<Answer> {
		for (;;) {
			const format = FORMS[this.#place] as AnswerFormat;
			try {
				const answer = await call(format);
				this.#known = true;
				return answer;
			} catch (error) {
				if (this.#known || this.#place === FORMS.length - 1 || !isRefused(error)) throw error;
				this.#told(format.type, error);
				this.#place++;
			}
		}
	}
}

/** An adapter's own refusal of the form, or that of the server behind it. */
function isRefused(error: unknown): boolean {
	return isRefusal(error) || isRefusal((error as { cause?: unknown } | null)?.cause);
}
