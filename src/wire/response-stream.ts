import type { AskEvent } from "../ask/ask-event.ts";
import { roundScore } from "../ask/round-score.ts";
import { ExcerptError } from "../errors.ts";
import type { StoredItem, StoredResponse } from "../store/responses.ts";
import type { Passage } from "../types.ts";
import { errorBody } from "./error.ts";
import { MessageContent } from "./message-content.ts";
import { OutputItems, type WireEvent } from "./output-items.ts";
import { type ResponseHead, type ResponseState, responseBody } from "./response.ts";
import { passageExtras } from "./search-results.ts";
import { storable } from "./storable.ts";

/**
 * Turns an answer's events into those of the Responses API, and keeps the response object they add up to: a stream and
 * a plain answer are the same thing told twice. Order and fields are those of fixtures/wire/responses-*.sse.
 */
export class ResponseStream {
	readonly #head: ResponseHead;
	readonly #withResults: boolean;
	readonly #output = new OutputItems();
	readonly #state: ResponseState;
	readonly #found = new Map<string, unknown[]>();
	#content: MessageContent | null = null;

	constructor(head: ResponseHead, model: string) {
		this.#head = head;
		this.#withResults =
			head.request.include?.some((what) => /^file_search_call\.(results|explanation)$/.test(what)) ?? false;
		this.#state = {
			status: "in_progress",
			completed_at: null,
			model,
			output: this.#output.items,
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
		return [this.#told("response.created"), this.#told("response.queued")];
	}

	start(): WireEvent[] {
		const created = this.#state.status === "queued" ? [] : [this.#told("response.created")];
		this.#state.status = "in_progress";
		return [...created, this.#told("response.in_progress")];
	}

	push(event: AskEvent): WireEvent[] {
		switch (event.type) {
			case "search_started":
				return this.#searchStarted(event.id);
			case "search_completed":
				return this.#searchCompleted(event);
			case "message_started":
				return [this.#messageStarted(event.id)];
			case "text":
				return this.#content?.text(event.text) ?? [];
			case "citation":
				return this.#content?.citation(event.citation) ?? [];
			case "refusal":
				return this.#content?.refusal(event.text) ?? [];
			case "message_completed":
				return this.#messageCompleted(event.incomplete);
			case "function_call_started":
				return [this.#callStarted(event)];
			case "arguments":
				return [this.#arguments(event.text)];
			case "function_call_completed":
				return this.#callCompleted(event.incomplete);
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
		if (this.#content) this.#output.last.content = this.#content.parts;
		for (const item of this.#state.output) if (item.status === "in_progress") item.status = "incomplete";
		return [this.#output.event("error", { code, message, param }), this.#told("response.failed")];
	}

	#searchStarted(id: string): WireEvent[] {
		const item = { id, type: "file_search_call", status: "in_progress", queries: [], results: null };
		return [
			this.#output.add(item),
			this.#output.itemEvent(item, "response.file_search_call.in_progress"),
			this.#output.itemEvent(item, "response.file_search_call.searching"),
		];
	}

	#searchCompleted({ id, queries, passages }: Extract<AskEvent, { type: "search_completed" }>): WireEvent[] {
		const item = this.#output.items.find((item) => item.id === id) as StoredItem;
		const found = passages.map(resultBody);
		this.#found.set(id, found);
		const results = this.#withResults ? found : null;
		return [
			this.#output.itemEvent(item, "response.file_search_call.completed"),
			this.#output.finish(item, { status: "completed", queries, results }),
		];
	}

	#messageStarted(id: string): WireEvent {
		const item = { id, type: "message", status: "in_progress", role: "assistant", content: [] };
		const added = this.#output.add(item);
		this.#content = new MessageContent(this.#output, item);
		return added;
	}

	#messageCompleted(incomplete: boolean): WireEvent[] {
		const content = this.#content as MessageContent;
		const events = content.end();
		this.#content = null;
		const status = incomplete ? "incomplete" : "completed";
		return [...events, this.#output.finish(this.#output.last, { status, content: content.parts })];
	}

	#callStarted({ id, callId, name }: Extract<AskEvent, { type: "function_call_started" }>): WireEvent {
		const call = { id, type: "function_call", status: "in_progress", call_id: callId, name, arguments: "" };
		return this.#output.add(call);
	}

	#arguments(delta: string): WireEvent {
		const call = this.#output.last;
		call.arguments += delta;
		return this.#output.itemEvent(call, "response.function_call_arguments.delta", { delta });
	}

	#callCompleted(incomplete: boolean): WireEvent[] {
		const call = this.#output.last;
		const { name, arguments: given } = call;
		return [
			this.#output.itemEvent(call, "response.function_call_arguments.done", { name, arguments: given }),
			this.#output.finish(call, { status: incomplete ? "incomplete" : "completed" }),
		];
	}

	#answered(event: Extract<AskEvent, { type: "answered" }>): WireEvent {
		Object.assign(this.#state, { model: event.model, usage: event.usage, receipt: event.receipt });
		if (event.incomplete) {
			this.#state.status = "incomplete";
			this.#state.incomplete_details = { reason: event.incomplete };
			return this.#told("response.incomplete");
		}
		this.#state.status = "completed";
		this.#state.completed_at = Math.floor(Date.now() / 1000);
		return this.#told("response.completed");
	}

	#told(type: string): WireEvent {
		return this.#output.event(type, { response: this.body });
	}
}

function resultBody(passage: Passage) {
	const { attributes, file_id, filename, score, text } = passage;
	return { attributes, file_id, filename, score: roundScore(score), text, ...passageExtras(passage) };
}
