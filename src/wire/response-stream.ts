import type { AskEvent } from "../ask/ask.ts";
import { roundScore } from "../ask/round-score.ts";
import { ExcerptError } from "../errors.ts";
import type { StoredItem, StoredResponse } from "../store/responses.ts";
import type { Citation, Passage } from "../types.ts";
import { errorBody } from "./error.ts";
import { type ResponseHead, type ResponseState, responseBody } from "./response.ts";
import { passageExtras } from "./search-results.ts";
import { storable } from "./storable.ts";

export type WireEvent = { type: string; sequence_number: number } & Record<string, unknown>;

type OutputText = { type: "output_text"; text: string; annotations: unknown[]; logprobs: [] };

/**
 * Turns an answer's events into those of the Responses API, and keeps the response object they add up to: a stream and
 * a plain answer are the same thing told twice. Order and fields are those of fixtures/wire/responses-file-search.sse.
 */
export class ResponseStream {
	readonly #head: ResponseHead;
	readonly #withResults: boolean;
	readonly #state: ResponseState;
	readonly #found = new Map<string, unknown[]>();
	#sequence = 0;
	#part: OutputText = { type: "output_text", text: "", annotations: [], logprobs: [] };
	#partOpen = false;

	constructor(head: ResponseHead, model: string) {
		this.#head = head;
		this.#withResults =
			head.request.include?.some((what) => /^file_search_call\.(results|explanation)$/.test(what)) ?? false;
		this.#state = {
			status: "in_progress",
			completed_at: null,
			model,
			output: [],
			usage: null,
			receipt: null,
			error: null,
			incomplete_details: null,
		};
	}

	/** The response object as it is now. */
	get body(): StoredResponse {
		return responseBody(this.#head, this.#state);
	}

	/** As `body`, with what each search found: kept, so that it can be asked for later. */
	get storedBody(): StoredResponse {
		const output = this.#state.output.map((item) => {
			const results = this.#found.get(item.id);
			return results ? { ...item, results } : item;
		});
		return storable({ ...this.body, output });
	}

	/** Instead of `start`, for a response that is not answered at once; `start` then goes on from there. */
	queue(): WireEvent[] {
		this.#state.status = "queued";
		return [
			this.#event("response.created", { response: this.body }),
			this.#event("response.queued", { response: this.body }),
		];
	}

	start(): WireEvent[] {
		const created = this.#state.status === "queued" ? [] : [this.#event("response.created", { response: this.body })];
		this.#state.status = "in_progress";
		return [...created, this.#event("response.in_progress", { response: this.body })];
	}

	push(event: AskEvent): WireEvent[] {
		switch (event.type) {
			case "search_started":
				return this.#searchStarted(event.id);
			case "search_completed":
				return this.#searchCompleted(event.queries, event.passages);
			case "message_started":
				return this.#addItem({ id: event.id, type: "message", status: "in_progress", role: "assistant", content: [] });
			case "text":
				return [...this.#openPart(), this.#text(event.text)];
			case "citation":
				return [...this.#openPart(), this.#citation(event.citation)];
			case "message_completed":
				return this.#messageCompleted(event.incomplete);
			case "answered":
				return [this.#answered(event)];
		}
	}

	/** Ends a stream that cannot go on; clients throw at the first event and find the failed response in the second. */
	fail(error: unknown): WireEvent[] {
		const { message, code, param } = errorBody(error).error;
		const limited = error instanceof ExcerptError && error.code === "rate_limit_exceeded";
		Object.assign(this.#state, { status: "failed", completed_at: null });
		this.#state.error = { code: limited ? "rate_limit_exceeded" : "server_error", message };
		for (const item of this.#state.output) if (item.status === "in_progress") item.status = "incomplete";
		if (this.#partOpen) this.#item.content = [this.#part];
		return [this.#event("error", { code, message, param }), this.#event("response.failed", { response: this.body })];
	}

	#searchStarted(id: string): WireEvent[] {
		const added = this.#addItem({ id, type: "file_search_call", status: "in_progress", queries: [], results: null });
		return [
			...added,
			this.#itemEvent("response.file_search_call.in_progress"),
			this.#itemEvent("response.file_search_call.searching"),
		];
	}

	#searchCompleted(queries: string[], passages: Passage[]): WireEvent[] {
		const found = passages.map(resultBody);
		this.#found.set(this.#item.id, found);
		const results = this.#withResults ? found : null;
		return [
			this.#itemEvent("response.file_search_call.completed"),
			this.#finishItem({ status: "completed", queries, results }),
		];
	}

	/** Opened with the first text: until then the message may still turn out to have none. */
	#openPart(): WireEvent[] {
		if (this.#partOpen) return [];
		this.#partOpen = true;
		this.#part = { type: "output_text", text: "", annotations: [], logprobs: [] };
		return [this.#itemEvent("response.content_part.added", { content_index: 0, part: structuredClone(this.#part) })];
	}

	#text(delta: string): WireEvent {
		this.#part.text += delta;
		return this.#itemEvent("response.output_text.delta", { content_index: 0, delta, logprobs: [] });
	}

	#citation(citation: Citation): WireEvent {
		const annotation = annotationBody(citation);
		const annotation_index = this.#part.annotations.push(annotation) - 1;
		return this.#itemEvent("response.output_text.annotation.added", { content_index: 0, annotation_index, annotation });
	}

	#messageCompleted(incomplete: boolean): WireEvent[] {
		const opened = this.#openPart();
		this.#partOpen = false;
		return [
			...opened,
			this.#itemEvent("response.output_text.done", { content_index: 0, text: this.#part.text, logprobs: [] }),
			this.#itemEvent("response.content_part.done", { content_index: 0, part: this.#part }),
			this.#finishItem({ status: incomplete ? "incomplete" : "completed", content: [this.#part] }),
		];
	}

	#answered(event: Extract<AskEvent, { type: "answered" }>): WireEvent {
		Object.assign(this.#state, { model: event.model, usage: event.usage, receipt: event.receipt });
		if (event.incomplete) {
			this.#state.status = "incomplete";
			this.#state.incomplete_details = { reason: event.incomplete };
			return this.#event("response.incomplete", { response: this.body });
		}
		this.#state.status = "completed";
		this.#state.completed_at = Math.floor(Date.now() / 1000);
		return this.#event("response.completed", { response: this.body });
	}

	#addItem(item: StoredItem): WireEvent[] {
		this.#state.output.push(item);
		return [this.#event("response.output_item.added", { output_index: this.#index, item: structuredClone(item) })];
	}

	#finishItem(changes: Record<string, unknown>): WireEvent {
		const item = Object.assign(this.#item, changes);
		return this.#event("response.output_item.done", { output_index: this.#index, item: structuredClone(item) });
	}

	#itemEvent(type: string, fields: Record<string, unknown> = {}): WireEvent {
		return this.#event(type, { item_id: this.#item.id, output_index: this.#index, ...fields });
	}

	#event(type: string, fields: Record<string, unknown>): WireEvent {
		return { type, ...fields, sequence_number: this.#sequence++ };
	}

	get #index(): number {
		return this.#state.output.length - 1;
	}

	get #item(): StoredItem {
		return this.#state.output[this.#index] as StoredItem;
	}
}

function resultBody(passage: Passage) {
	const { attributes, file_id, filename, score, text } = passage;
	return { attributes, file_id, filename, score: roundScore(score), text, ...passageExtras(passage) };
}

/** OpenAI's file_citation, and beside it what the quote is and where it stands. */
function annotationBody({ index, file_id, filename, ...ours }: Citation) {
	return { type: "file_citation", index, file_id, filename, ...ours };
}
