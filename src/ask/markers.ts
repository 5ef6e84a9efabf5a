/** A piece of an answer: text to pass on, or the number of an excerpt that the model cites here. */
export type AnswerPiece = { type: "text"; text: string } | { type: "marker"; number: number };

/** Lenticular brackets, black and white, are the markers' own; every other bracket is the answer's. */
const OPEN = /[【〖]/;
const WORD = String.raw`(?:(?:excerpts?|sources?|refs?|ausz(?:ug|üge)|quellen?|n[or]\.?|#)\s*)?`;
const DIGITS = "[0-9０-９]{1,3}";
const BETWEEN = String.raw`(?:[,;、，；&]|\s(?:and|und)\s)`;

const SEPARATOR = new RegExp(BETWEEN, "iu");

const CLOSED = /^[【〖]([^】〗\n]*)[】〗]/;
/** Begun with one of ours and ended with a square one: the slip of a model that is used to [1]. */
const MISCLOSED = new RegExp(String.raw`^[【〖](\s*${WORD}${DIGITS}(?:${BETWEEN}\s*${DIGITS})*\s*)[\]］]`, "iu");
const NUMBER = new RegExp(String.raw`^\s*${WORD}(${DIGITS})(?:\s*[-–—~]\s*(${DIGITS}))?\s*(?:[†‡:|].*)?$`, "iu");

/** Room for a file's name behind the number. A bracket that does not begin with a number is let go sooner. */
const LONGEST = 300;
const LONGEST_BEGINNING = 24;
const BEGUN = new RegExp(String.raw`^[【〖]\s*${WORD}${DIGITS}\s*(?:[†‡:|–—~-]|${BETWEEN})`, "iu");
const UNFINISHED = new RegExp(
	String.raw`^[【〖]\s*${WORD}[0-9０-９]{0,3}(?:(?:${BETWEEN}|\s*[–—~-])\s*[0-9０-９]{0,3})*\s*(?:[†‡:|].*)?$`,
	"iu",
);

/** Blanks that stood before a marker go with it where this follows; before a word they stay. */
const CLOSES = /^[\s\p{Pe}\p{Pf}.,;:!?…。、，；：！？%*_~`|"'）]/u;

type Reading = { is: "marker"; numbers: number[]; length: number } | { is: "text" | "cut_off" | "undecided" };

/**
 * Takes the citation markers 【1】 out of an answer that arrives in pieces of any size. A marker may be split anywhere, so
 * text is held back from an opening bracket until it is clear what it is, and so are blanks, which may go with the marker
 * behind them. Brackets that are no marker pass as text; one that the answer breaks off in goes.
 */
export class MarkerScanner {
	#held = "";
	/** Directly behind a marker: the blanks before it, which come back where a word follows. */
	#blanks: string | null = null;
	#atLineStart = true;
	#pieces: AnswerPiece[] = [];

	push(text: string): AnswerPiece[] {
		this.#held += text;
		return this.#scan(false);
	}

	/** What is left at the end. */
	flush(): AnswerPiece[] {
		return this.#scan(true);
	}

	#scan(ended: boolean): AnswerPiece[] {
		this.#pieces = [];
		while (this.#held && (this.#blanks === null ? this.#readText(ended) : this.#readBehindMarker(ended)));
		return this.#pieces;
	}

	/** Passes text on up to the next marker. False where more must come first. */
	#readText(ended: boolean): boolean {
		const open = this.#held.search(OPEN);
		const before = open === -1 ? this.#held : this.#held.slice(0, open);
		const solid = before.replace(/[ \t]+$/, "");
		const reading = open === -1 ? null : readBracket(this.#held.slice(open), ended);
		if (reading?.is === "text") {
			this.#pass(open + 1);
			return true;
		}
		if (reading?.is === "cut_off") {
			this.#pass(solid.length);
			this.#held = "";
			return false;
		}
		if (reading?.is === "marker") {
			this.#pass(solid.length);
			this.#take(reading, before.slice(solid.length));
			return true;
		}
		this.#pass(ended ? before.length : solid.length);
		return false;
	}

	/** Decides on the blanks around a marker, or takes the next one. False where more must come first. */
	#readBehindMarker(ended: boolean): boolean {
		const gap = /^[ \t]*/.exec(this.#held)?.[0] ?? "";
		const rest = this.#held.slice(gap.length);
		if (rest === "" && !ended) return false;
		const reading = OPEN.test(rest.charAt(0)) ? readBracket(rest, ended) : null;
		if (reading?.is === "undecided") return false;
		if (reading?.is === "marker") {
			this.#held = rest;
			this.#take(reading, this.#blanks || gap);
			return true;
		}
		if (this.#atLineStart) this.#held = rest;
		else if (gap === "" && rest !== "" && reading?.is !== "cut_off" && !CLOSES.test(rest)) {
			this.#held = `${this.#blanks}${rest}`;
		}
		this.#blanks = null;
		this.#pass(this.#held.length - rest.length);
		return true;
	}

	#take({ numbers, length }: { numbers: number[]; length: number }, blanks: string): void {
		this.#pieces.push(...numbers.map((number) => ({ type: "marker" as const, number })));
		this.#held = this.#held.slice(this.#held.search(OPEN) + length);
		this.#blanks = blanks;
	}

	#pass(length: number): void {
		const text = this.#held.slice(0, length);
		this.#held = this.#held.slice(length);
		if (text === "") return;
		this.#atLineStart = text.endsWith("\n");
		const last = this.#pieces.at(-1);
		if (last?.type === "text") last.text += text;
		else this.#pieces.push({ type: "text", text });
	}
}

/** What an opening bracket and what follows it are. However the text is cut, the verdict is that on the whole. */
function readBracket(text: string, ended: boolean): Reading {
	const match = MISCLOSED.exec(text) ?? CLOSED.exec(text);
	const length = match?.[0].length ?? text.length;
	const fits = length <= LONGEST_BEGINNING || (length <= LONGEST && BEGUN.test(text.slice(0, LONGEST_BEGINNING)));
	const numbers = match && fits ? numbersIn(match[1] as string) : [];
	if (numbers.length > 0) return { is: "marker", numbers, length };
	if (match || !fits || text.includes("\n")) return { is: "text" };
	if (ended) return { is: UNFINISHED.test(text) ? "cut_off" : "text" };
	return { is: "undecided" };
}

/** "1", "1, 2", "1-3", "1†source", "4:0†policy.md", "1, p. 5"; none where it does not begin with a number. */
function numbersIn(content: string): number[] {
	const parts = content.split(SEPARATOR).map((part) => NUMBER.exec(part));
	if (!parts[0]) return [];
	return [...new Set(parts.flatMap((part) => (part ? range(toNumber(part[1]), toNumber(part[2] ?? part[1])) : [])))];
}

function range(first: number, last: number): number[] {
	if (last < first || last - first > 20) return [first, last];
	return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

function toNumber(digits = ""): number {
	return Number(digits.normalize("NFKC"));
}
