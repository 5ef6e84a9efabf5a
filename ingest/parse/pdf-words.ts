import { type Matrix, mapBox, quarterTurns, upright } from "./pdf-geometry.ts";
import type { Box, Word } from "./pdf-page.ts";
import { type Pdfium, type Pointer, withMemory } from "./pdfium.ts";

export type TurnedWord = Word & { turns: number; invisible: boolean };

type Style = { size: number; turns: number; bold: boolean; invisible: boolean };

/** PDFium writes this for a hyphen at a line's end, be it a cut or a compound's own. */
const CUT = 0x0002;
const SOFT_HYPHEN = 0x00ad;
const NO_BREAK_SPACE = 0x00a0;
const NAME_BYTES = 128;
/** The loose box of a character reaches from the font's ascent to its descent: about a fifth of it is descent. */
const DESCENT = 0.2;

/** The words of a page in the order of its content; `complete` is false where there are more than `limit` characters. */
export function pageWords(
	pdfium: Pdfium,
	page: Pointer,
	shown: Matrix,
	limit: number,
): { words: TurnedWord[]; complete: boolean } {
	const text = pdfium._FPDFText_LoadPage(page);
	if (text === 0) throw new Error("the text of the page cannot be read");
	try {
		return withMemory(pdfium, NAME_BYTES, (memory) => {
			const count = pdfium._FPDFText_CountChars(text);
			const end = Math.min(count, limit);
			return { words: new WordReader(pdfium, text, shown, memory).read(end), complete: end === count };
		});
	} finally {
		pdfium._FPDFText_ClosePage(text);
	}
}

/** A symbol font's glyph has a private code there, which says nothing; nearly all are bullets and boxes to tick. */
function isSymbol(code: number): boolean {
	return code >= 0xf000 && code <= 0xf0ff;
}

/** Asks PDFium for each character's code and object, and only for the boxes of a word's ends: calls cost the time. */
class WordReader {
	readonly #pdfium: Pdfium;
	readonly #text: Pointer;
	readonly #shown: Matrix;
	readonly #memory: Pointer;
	readonly #styles = new Map<Pointer, Style>();
	readonly #bold = new Map<Pointer, boolean>();

	constructor(pdfium: Pdfium, text: Pointer, shown: Matrix, memory: Pointer) {
		this.#pdfium = pdfium;
		this.#text = text;
		this.#shown = shown;
		this.#memory = memory;
	}

	read(end: number): TurnedWord[] {
		const words: TurnedWord[] = [];
		let current: Pointer = 0;
		let word = "";
		let first = 0;
		let cut = false;
		const finish = (last: number) => {
			if (word !== "") words.push(this.#placed(word, first, last, cut, current));
			word = "";
			cut = false;
		};
		for (let index = 0; index < end; index++) {
			const code = this.#pdfium._FPDFText_GetUnicode(this.#text, index);
			const object = this.#pdfium._FPDFText_GetTextObject(this.#text, index);
			const blank = (code <= 32 && code !== CUT) || code === NO_BREAK_SPACE || code === 0xfffe || code === 0xffff;
			if (blank || object === 0) {
				finish(index - 1);
				continue;
			}
			if (object !== current) {
				finish(index - 1);
				current = object;
			}
			if (word === "") first = index;
			cut = code === SOFT_HYPHEN;
			word += cut || code === CUT ? "-" : isSymbol(code) ? "•" : String.fromCodePoint(code);
		}
		finish(end - 1);
		return words;
	}

	#placed(text: string, first: number, last: number, cut: boolean, object: Pointer): TurnedWord {
		let style = this.#styles.get(object);
		if (!style) {
			style = this.#styleOf(first, object);
			this.#styles.set(object, style);
		}
		let box = this.#box(first);
		if (last !== first) {
			const end = this.#box(last);
			box = {
				left: Math.min(box.left, end.left),
				right: Math.max(box.right, end.right),
				top: Math.min(box.top, end.top),
				bottom: Math.max(box.bottom, end.bottom),
			};
		}
		const { size, turns, bold, invisible } = style;
		const [x1, y1] = upright(turns, box.left, box.top);
		const [x2, y2] = upright(turns, box.right, box.bottom);
		const y = Math.max(y1, y2) - DESCENT * Math.abs(y1 - y2);
		return { text, x: Math.min(x1, x2), right: Math.max(x1, x2), y, size, bold, cut, turns, invisible };
	}

	#box(index: number): Box {
		this.#pdfium._FPDFText_GetLooseCharBox(this.#text, index, this.#memory);
		const at = this.#memory >> 2;
		const numbers = this.#pdfium.HEAPF32;
		const [left, top] = [numbers[at] ?? 0, numbers[at + 1] ?? 0];
		return mapBox(this.#shown, { left, top, right: numbers[at + 2] ?? 0, bottom: numbers[at + 3] ?? 0 });
	}

	#styleOf(index: number, object: Pointer): Style {
		this.#pdfium._FPDFText_GetMatrix(this.#text, index, this.#memory);
		const at = this.#memory >> 2;
		const numbers = this.#pdfium.HEAPF32;
		const [a, b, c, d] = [numbers[at] ?? 1, numbers[at + 1] ?? 0, numbers[at + 2] ?? 0, numbers[at + 3] ?? 1];
		const font = this.#pdfium._FPDFTextObj_GetFont(object);
		let bold = this.#bold.get(font);
		if (bold === undefined) {
			bold = /bold|black|heavy|demi/i.test(this.#fontName(index));
			this.#bold.set(font, bold);
		}
		return {
			size: this.#pdfium._FPDFText_GetFontSize(this.#text, index) * Math.hypot(c, d),
			turns: quarterTurns(this.#shown, a, b),
			bold,
			invisible: this.#pdfium._FPDFTextObj_GetTextRenderMode(object) === 3,
		};
	}

	#fontName(index: number): string {
		const bytes = this.#pdfium._FPDFText_GetFontInfo(this.#text, index, this.#memory, NAME_BYTES, 0);
		if (bytes <= 0 || bytes > NAME_BYTES) return "";
		return Buffer.from(this.#pdfium.HEAPU8.subarray(this.#memory, this.#memory + bytes - 1)).toString("latin1");
	}
}
