/** Why a marker of the model's is no citation. */
export type DropCause = "no_such_excerpt" | "not_supported" | "not_in_document";

/** Markers of an answer, by what became of them; the reasons add up to `dropped`. */
export type CitationCounts = { verified: number; dropped: number; reasons: Record<DropCause, number> };

export function noCitations(): CitationCounts {
	return { verified: 0, dropped: 0, reasons: { no_such_excerpt: 0, not_supported: 0, not_in_document: 0 } };
}

export function countDropped(counts: CitationCounts, cause: DropCause): void {
	counts.dropped++;
	counts.reasons[cause]++;
}
