/** A part of a text: evidence, what stands around it, or so many characters left out. */
export type Part = { text: string; evidence: boolean } | { leftOut: number };
/** Offsets in the text, `[start, end)`. */
export type Mark = { start: number; end: number };

/**
 * The marks of a text with up to `around` characters on either side, cut at white space, and how much is left out; of a
 * text without marks the beginning. The parts add up to the text.
 */
export function clipExcerpt(text: string, marks: Mark[], around: number): Part[] {
	const evidence = union(
		marks.map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(text.length, end) })),
	);
	const shown = union(
		evidence.length === 0
			? [{ start: 0, end: cutAfter(text, around) }]
			: evidence.map(({ start, end }) => ({
					start: cutBefore(text, start - around),
					end: cutAfter(text, end + around),
				})),
	);
	const parts: Part[] = [];
	let at = 0;
	for (const { start, end } of shown) {
		if (start > at) parts.push({ leftOut: start - at });
		let from = start;
		for (const mark of evidence.filter((mark) => mark.start >= start && mark.end <= end)) {
			if (mark.start > from) parts.push({ text: text.slice(from, mark.start), evidence: false });
			parts.push({ text: text.slice(mark.start, mark.end), evidence: true });
			from = mark.end;
		}
		if (end > from) parts.push({ text: text.slice(from, end), evidence: false });
		at = end;
	}
	if (at < text.length) parts.push({ leftOut: text.length - at });
	return parts;
}

/** What is covered by any of the marks, in order; empty ones cover nothing. */
function union(marks: Mark[]): Mark[] {
	const merged: Mark[] = [];
	for (const { start, end } of marks.filter((mark) => mark.start < mark.end).toSorted((a, b) => a.start - b.start)) {
		const last = merged.at(-1);
		if (last && start <= last.end) last.end = Math.max(last.end, end);
		else merged.push({ start, end });
	}
	return merged;
}

/** The place itself, or the next white space before it; 0 where what would be left out is not worth a note. */
function cutBefore(text: string, place: number): number {
	if (place <= 40) return 0;
	const space = text.slice(place - 40, place).search(/\s\S*$/);
	return space === -1 ? place : place - 40 + space + 1;
}

function cutAfter(text: string, place: number): number {
	if (place >= text.length - 40) return text.length;
	const space = text.slice(place, place + 40).search(/\s/);
	return space === -1 ? place : place + space;
}
