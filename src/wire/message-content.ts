import type { StoredItem } from "../store/responses.ts";
import type { Citation } from "../types.ts";
import type { OutputItems, WireEvent } from "./output-items.ts";

type Part =
	| { type: "output_text"; text: string; annotations: unknown[]; logprobs: [] }
	| { type: "refusal"; refusal: string };

/** The content of one message as it is written: parts of text and of refusal, each ended before the next begins. */
export class MessageContent {
	readonly parts: Part[] = [];
	readonly #output: OutputItems;
	readonly #item: StoredItem;
	#open = false;

	constructor(output: OutputItems, item: StoredItem) {
		this.#output = output;
		this.#item = item;
	}

	text(delta: string): WireEvent[] {
		const { part, opened } = this.#part("output_text");
		part.text += delta;
		return [...opened, this.#event("response.output_text.delta", { delta, logprobs: [] })];
	}

	citation(citation: Citation): WireEvent[] {
		const { part, opened } = this.#part("output_text");
		const annotation = annotationBody(citation);
		const annotation_index = part.annotations.push(annotation) - 1;
		return [...opened, this.#event("response.output_text.annotation.added", { annotation_index, annotation })];
	}

	refusal(delta: string): WireEvent[] {
		const { part, opened } = this.#part("refusal");
		part.refusal += delta;
		return [...opened, this.#event("response.refusal.delta", { delta })];
	}

	/** A message has a part, and be it an empty one. */
	end(): WireEvent[] {
		const opened = this.parts.length === 0 ? this.#part("output_text").opened : [];
		return [...opened, ...this.#close()];
	}

	/** The part of that type that is being written; opened with its first piece, until when there may still be none. */
	#part<Type extends Part["type"]>(type: Type): { part: Extract<Part, { type: Type }>; opened: WireEvent[] } {
		const last = this.parts.at(-1);
		if (this.#open && last?.type === type) return { part: last as Extract<Part, { type: Type }>, opened: [] };
		const closed = this.#close();
		const part = newPart(type);
		this.parts.push(part);
		this.#open = true;
		const added = this.#event("response.content_part.added", { part: structuredClone(part) });
		return { part: part as Extract<Part, { type: Type }>, opened: [...closed, added] };
	}

	#close(): WireEvent[] {
		const part = this.parts.at(-1);
		if (!this.#open || !part) return [];
		const done =
			part.type === "refusal"
				? this.#event("response.refusal.done", { refusal: part.refusal })
				: this.#event("response.output_text.done", { text: part.text, logprobs: [] });
		const events = [done, this.#event("response.content_part.done", { part: structuredClone(part) })];
		this.#open = false;
		return events;
	}

	#event(type: string, fields: Record<string, unknown>): WireEvent {
		return this.#output.itemEvent(this.#item, type, { content_index: this.parts.length - 1, ...fields });
	}
}

function newPart(type: Part["type"]): Part {
	return type === "refusal" ? { type, refusal: "" } : { type: "output_text", text: "", annotations: [], logprobs: [] };
}

/** OpenAI's file_citation, and beside it what the quote is and where it stands. */
function annotationBody({ index, file_id, filename, ...ours }: Citation) {
	return { type: "file_citation", index, file_id, filename, ...ours };
}
