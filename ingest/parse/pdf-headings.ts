import type { OutlineEntry } from "./pdf-outline.ts";
import type { Word } from "./pdf-page.ts";
import type { Paragraph } from "./pdf-paragraphs.ts";

/** How large the type of most of a document is, and whether it is bold: what headings stand out from. */
export type Body = { size: number; bold: boolean };

type Rank = { depth: number } | { size: number; bold: boolean };

const LONGEST = 160;
const LARGER = 1.12;

/** Counts the type of words, page after page. */
export class BodyType {
	readonly #characters = new Map<number, number>();
	#bold = 0;
	#all = 0;

	add(words: Word[]): void {
		for (const { text, size, bold } of words) {
			const step = Math.round(size * 2) / 2;
			this.#characters.set(step, (this.#characters.get(step) ?? 0) + text.length);
			this.#all += text.length;
			if (bold) this.#bold += text.length;
		}
	}

	get body(): Body {
		const [[size] = [0]] = [...this.#characters].sort(([, a], [, b]) => b - a);
		return { size, bold: this.#bold > 0.5 * this.#all };
	}
}

/** The headings above a place, as it moves through the document. */
export class HeadingPath {
	readonly #open: { text: string; rank: Rank }[] = [];

	/** Opens a heading; closes those that are not above it. Returns the path with it. */
	enter(text: string, rank: Rank): string[] {
		while (this.#open.length > 0 && !isAbove(this.#open.at(-1)?.rank, rank)) this.#open.pop();
		this.#open.push({ text, rank });
		return this.path;
	}

	get path(): string[] {
		return this.#open.map(({ text }) => text);
	}
}

function isAbove(upper: Rank | undefined, lower: Rank): boolean {
	if (upper === undefined) return true;
	// What the outline names stands above what only looks like a heading.
	if ("depth" in upper) return !("depth" in lower) || upper.depth < lower.depth;
	if ("depth" in lower) return false;
	return upper.size > 1.05 * lower.size || (upper.bold && !lower.bold && upper.size > 0.95 * lower.size);
}

/** The heading's rank where a paragraph is one: the outline names it, or it is short and its type stands out. */
export function headingRank({ text, lines }: Paragraph, body: Body, outline: OutlineEntry[]): Rank | undefined {
	if (text.length > LONGEST || lines.length > 3 || !/\p{L}{2}|^\p{L}$/u.test(text)) return undefined;
	const entry = outline.find(({ title }) => squeezed(title) === squeezed(text));
	if (entry) return { depth: entry.depth };
	const [first] = lines;
	if (!first || lines.some((line) => line.segments.length > 1)) return undefined;
	if (/[.,;]$|^[\d\W]+$/.test(text) || !/^[\p{Lu}\p{Lo}\d(§"“]/u.test(text)) return undefined;
	const bold = lines.every((line) => line.bold);
	if (first.size >= LARGER * body.size && text.length > 2) return { size: first.size, bold };
	const stands = bold && !body.bold && first.size >= 0.95 * body.size;
	return stands && lines.length <= 2 && text.length <= 120 && text.split(" ").length <= 14
		? { size: first.size, bold: true }
		: undefined;
}

function squeezed(text: string): string {
	return text.toLowerCase().replace(/[^\p{L}\d]+/gu, "");
}
