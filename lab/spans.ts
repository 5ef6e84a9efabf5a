/** A place in a document: `[start, end)` in UTF-16 units of its canonical text. */
export type DocumentSpan = { file_id: string; start: number; end: number };

/** The same places, each character once: in order of the files' ids, then of where they start, none touching the next. */
export function unionOf(spans: DocumentSpan[]): DocumentSpan[] {
	const union: DocumentSpan[] = [];
	for (const { file_id, start, end } of spans.toSorted(byPlace)) {
		const last = union.at(-1);
		if (last && last.file_id === file_id && start <= last.end) last.end = Math.max(last.end, end);
		else if (end > start) union.push({ file_id, start, end });
	}
	return union;
}

/** Characters of both, each once. */
export function overlapOf(some: DocumentSpan[], others: DocumentSpan[]): number {
	const [left, right] = [unionOf(some), unionOf(others)];
	let shared = 0;
	for (let l = 0, r = 0; l < left.length && r < right.length; ) {
		const [a, b] = [left[l] as DocumentSpan, right[r] as DocumentSpan];
		if (a.file_id === b.file_id) shared += Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
		if (a.file_id < b.file_id || (a.file_id === b.file_id && a.end <= b.end)) l++;
		else r++;
	}
	return shared;
}

/** Characters; of overlapping spans each time. */
export function lengthOf(spans: DocumentSpan[]): number {
	return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}

function byPlace(a: DocumentSpan, b: DocumentSpan): number {
	if (a.file_id !== b.file_id) return a.file_id < b.file_id ? -1 : 1;
	return a.start - b.start;
}
