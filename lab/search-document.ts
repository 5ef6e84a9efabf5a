import { readParts } from "../ingest/read-parts.ts";
import type { EvidencePointer, EvidenceSpan } from "../src/comparison.ts";
import type { Database } from "../src/db/database.ts";
import { locate } from "../src/location.ts";
import { readSpan } from "../src/store/documents.ts";
import type { Location } from "../src/types.ts";
import { BlockSearch, type Wanted } from "./block-search.ts";
import { QuoteSearch } from "./quote-search.ts";

/** Where a pointer's evidence stands, or why it is nowhere. */
export type Found = EvidenceSpan[] | string;

/** Characters of evidence that are shown. */
const SHOWN = 300;

type Document = { file_id: string; document_id: string; filename: string };

/** Looks for what pointers name in one stored document, which is read once, part by part, and no further than it takes. */
export async function searchDocument(
	db: Database,
	document: Document,
	pointers: EvidencePointer[],
	signal: AbortSignal,
): Promise<Map<EvidencePointer, Found>> {
	const quotes = new QuoteSearch(pointers.flatMap(({ quote }) => quote ?? []));
	const blocks = new Map<string, BlockSearch>();
	for (const pointer of pointers) {
		const wanted = wantedBy(pointer);
		if (wanted) blocks.set(JSON.stringify(wanted), new BlockSearch(wanted));
	}
	for await (const part of readParts(db, document.document_id)) {
		signal.throwIfAborted();
		quotes.take(part);
		if (blocks.size === 0 && quotes.isDone) break;
		for (const block of part.blocks) {
			const text = part.text.slice(block.start - part.start, block.end - part.start);
			for (const search of blocks.values()) search.take(block, text);
		}
	}
	const found = new Map<EvidencePointer, Found>();
	for (const pointer of pointers) {
		const wanted = wantedBy(pointer);
		const places = wanted ? blocks.get(JSON.stringify(wanted))?.found : quotes.found.get(pointer.quote ?? "");
		found.set(pointer, await spansOf(db, document, pointer, places ?? "it does not say that word for word"));
	}
	return found;
}

function wantedBy({ page, row, json_pointer }: EvidencePointer): Wanted | undefined {
	if (page !== undefined) return { page };
	if (row !== undefined) return { row };
	return json_pointer === undefined ? undefined : { json_pointer };
}

type Place = { start: number; end: number; location?: Location };

async function spansOf(
	db: Database,
	{ file_id, filename, document_id }: Document,
	{ quote }: EvidencePointer,
	places: Place[] | string,
): Promise<Found> {
	if (typeof places === "string") {
		const what = quote === undefined ? "" : ` (“${shown(quote)}”)`;
		return `Not found in '${filename}': ${places}${what}.`;
	}
	const spans: EvidenceSpan[] = [];
	// A quote's places say the same, so that one is enough; a page's or a record's are its parts.
	const [needed, elsewhere] = quote === undefined ? [places, []] : [places.slice(0, 1), places.slice(1)];
	for (const { start, end, location } of needed) {
		// Of a place that is known no more than is shown.
		const until = location ? Math.min(end, start + SHOWN + 1) : end;
		const { text, blocks } = (await readSpan(db, document_id, start, until)) ?? { text: "", blocks: [] };
		const span = { file_id, filename, start, end, text: shown(text) };
		const others = elsewhere.length > 0 && { elsewhere };
		spans.push({ ...span, location: location ?? locate(blocks, start, end), ...others });
	}
	return spans;
}

function shown(text: string): string {
	// The end may be half a surrogate pair, which the database's JSON does not hold.
	return text.length > SHOWN ? `${text.slice(0, SHOWN).toWellFormed()}…` : text;
}
