import type { Word } from "./pdf-page.ts";

/** Words that stand together on a line, as a text line does or a cell of a table. */
export type Segment = { words: Word[]; text: string; x: number; right: number };

/** What stands on one baseline. */
export type Line = {
	segments: Segment[];
	text: string;
	x: number;
	right: number;
	y: number;
	/** Size of its largest type. */
	size: number;
	bold: boolean;
};

/** Between words a quarter of the type size is usual and half of it in justified text; columns stand further apart. */
const COLUMN_GAP = 0.9;
/** Letters of a word that the file sets one by one stand closer than this. */
const WORD_GAP = 0.13;
const LEADER = /^[.·…_]{3,}$/;
/** "•", "–", "(a)", "12." before an item's text: no column by itself. */
const ITEM_MARK = /^(?:[•▪■●◦‣·○o*–—-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)])$/i;

const CURRENCY = /^\(?(?:[$€£¥]|US\$|EUR|USD)$/;
const CLOSING = /^[)%]{1,2}$/;

/** Puts words on lines, from the top down. */
export function linesOf(words: Word[]): Line[] {
	const rows: { words: Word[]; y: number; size: number }[] = [];
	for (const word of words.toSorted((a, b) => a.y - b.y)) {
		const row = rows.at(-1);
		if (row && word.y - row.y <= 0.4 * Math.max(row.size, word.size, 1)) {
			row.words.push(word);
			if (word.size > row.size) {
				row.size = word.size;
				row.y = word.y;
			}
		} else {
			rows.push({ words: [word], y: word.y, size: word.size });
		}
	}
	return rows.flatMap((row) => {
		const segments = segmentsOf(row.words, Math.max(row.size, 1));
		return segments.length === 0 ? [] : [lineOf(segments, row.y, row.size)];
	});
}

export function lineOf(segments: Segment[], y: number, size: number): Line {
	return {
		segments,
		text: segments.map(({ text }) => text).join(" "),
		x: Math.min(...segments.map(({ x }) => x)),
		right: Math.max(...segments.map(({ right }) => right)),
		y,
		size,
		bold: segments.every((segment) => segment.words.every((word) => word.bold || !/[\p{L}\d]/u.test(word.text))),
	};
}

function segmentsOf(words: Word[], size: number): Segment[] {
	const segments: Segment[] = [];
	const parts = isRightToLeft(words) ? [inFileOrder(words)] : splitAtGaps(withoutTwins(words), size);
	for (const part of parts) {
		const segment = segmentOf(part, size);
		const previous = segments.at(-1);
		if (previous && segments.length === 1 && ITEM_MARK.test(previous.text) && /\p{L}{2}/u.test(segment.text)) {
			segments[0] = { ...segmentOf([...previous.words, ...part], size), text: `${previous.text} ${segment.text}` };
		} else if (previous && (CURRENCY.test(previous.text) || CLOSING.test(segment.text))) {
			// Accounts set the sign in a column of its own.
			const text = previous.text + segment.text;
			segments[segments.length - 1] = { ...segmentOf([...previous.words, ...part], size), text };
		} else if (segment.text !== "") {
			segments.push(segment);
		}
	}
	return segments;
}

function splitAtGaps(words: Word[], size: number): Word[][] {
	const parts: Word[][] = [];
	let open = false;
	let dots = 0;
	for (const word of words) {
		dots = word.text === "." || word.text === "_" ? dots + 1 : 0;
		if (LEADER.test(word.text) || dots > 2) {
			open = false;
			continue;
		}
		const part = parts.at(-1);
		const last = part?.at(-1);
		if (open && part && last && word.x - last.right <= COLUMN_GAP * size) part.push(word);
		else parts.push([word]);
		open = !/[.·…_]{4,}$/.test(word.text);
	}
	return parts.map(withoutLeader).filter((part) => part.length > 0);
}

/** Dots that lead the eye to the next column are not text. */
function withoutLeader(words: Word[]): Word[] {
	const kept = words.map((word) =>
		/[.·…_]{4,}$/.test(word.text) ? { ...word, text: word.text.replace(/[.·…_]{4,}$/, "") } : word,
	);
	while (kept.at(-1)?.text === "" || (kept.length > 1 && kept.at(-1)?.text === "." && kept.at(-2)?.text === ".")) {
		kept.pop();
	}
	return kept;
}

function segmentOf(words: Word[], size: number): Segment {
	let text = "";
	let right = Number.NEGATIVE_INFINITY;
	for (const word of words) {
		const apart = word.x - right > WORD_GAP * Math.min(size, word.size || size) || word.right < right - size;
		text += text !== "" && apart ? ` ${word.text}` : word.text;
		right = word.right;
	}
	return {
		words,
		text: text.trim().replace(/([$€£¥]) (?=\d)/g, "$1"),
		x: Math.min(...words.map((word) => word.x)),
		right: Math.max(...words.map((word) => word.right)),
	};
}

/** In reading order, and without the second print of a word that makes it look bold. */
function withoutTwins(words: Word[]): Word[] {
	const sorted = words.toSorted((a, b) => a.x - b.x);
	return sorted.filter((word, index) => {
		const before = sorted[index - 1];
		return before?.text !== word.text || word.x - before.x > 0.1 * word.size;
	});
}

function isRightToLeft(words: Word[]): boolean {
	const count = words.filter(({ text }) => /[\u0590-\u08ff\ufb1d-\ufefc]/.test(text)).length;
	return count * 2 > words.length;
}

/** PDFium has put right-to-left text into the order in which it is read. */
function inFileOrder(words: Word[]): Word[] {
	return words;
}
