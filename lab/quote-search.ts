import { collapse } from "./collapse.ts";
import type { DocumentSpan } from "./spans.ts";

type Place = Pick<DocumentSpan, "start" | "end">;

/** So many places of a quote are looked for: what stands in more is no evidence of anything. */
const MOST_PLACES = 50;

/**
 * Looks for quotes in a document that comes in parts, word for word but for white space; one that goes on from a part into
 * the next is found. No more is held than a part, the longest quote and the places.
 */
export class QuoteSearch {
	/** By quote as it was given: where it stands, in order, none overlapping the next. */
	readonly found = new Map<string, Place[]>();
	/** Collapsed → as given; several may be the same but for white space. */
	readonly #wanted = new Map<string, string[]>();
	#text = "";
	#places: number[] = [];
	#longest = 0;

	constructor(quotes: Iterable<string>) {
		for (const quote of new Set(quotes)) {
			const plain = collapse(quote.trim()).text;
			if (plain === "") continue;
			this.#wanted.set(plain, [...(this.#wanted.get(plain) ?? []), quote]);
			this.#longest = Math.max(this.#longest, plain.length);
		}
	}

	/** Whether nothing more is to be read for them. */
	get isDone(): boolean {
		return this.#wanted.size === 0;
	}

	/** The next part, which starts at `start` of the document. */
	take({ start, text }: { start: number; text: string }): void {
		if (this.isDone) return;
		const { text: plain, places } = collapse(text, this.#text.endsWith(" "));
		this.#text += plain;
		for (const place of places) this.#places.push(start + place);
		for (const [quote, given] of this.#wanted) {
			const places = this.#placesOf(quote, this.found.get(given[0] as string) ?? []);
			if (places.length === 0) continue;
			for (const one of given) this.found.set(one, places);
			if (places.length === MOST_PLACES) this.#wanted.delete(quote);
		}
		// What a quote may have begun in.
		const rest = Math.max(0, this.#text.length - this.#longest + 1);
		this.#text = this.#text.slice(rest);
		this.#places = this.#places.slice(rest);
	}

	/** Adds those in the text at hand; what was kept of the part before may hold some that are known. */
	#placesOf(quote: string, known: Place[]): Place[] {
		const places = [...known];
		for (let at = this.#text.indexOf(quote); at !== -1; at = this.#text.indexOf(quote, at + 1)) {
			if (places.length === MOST_PLACES) break;
			const [first, last] = [this.#places[at] as number, this.#places[at + quote.length - 1] as number];
			if (first >= (places.at(-1)?.end ?? 0)) places.push({ start: first, end: last + 1 });
		}
		return places;
	}
}
