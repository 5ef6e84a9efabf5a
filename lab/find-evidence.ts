import { readParts } from "../ingest/read-parts.ts";
import type { ComparisonQuestion, ComparisonResults, EvidencePointer, EvidenceSpan } from "../src/comparison.ts";
import type { Database } from "../src/db/database.ts";
import { locate } from "../src/location.ts";
import type { FoundQuestion } from "../src/store/comparisons.ts";
import { getDocumentParts } from "../src/store/documents.ts";
import { findFiles } from "../src/store/files.ts";
import type { HeldFile } from "../src/store/lacking-files.ts";
import type { Location } from "../src/types.ts";
import { BlockSearch, type Wanted } from "./block-search.ts";
import { QuoteSearch } from "./quote-search.ts";

type Held = Pick<HeldFile, "file_id" | "document_id">;
/** Where a pointer's evidence stands, or why it is nowhere. */
type Found = EvidenceSpan[] | string;

/** Characters of evidence that are shown. */
const SHOWN = 300;

/**
 * Looks for the evidence of questions in the stored documents of the files that are held; each document is read once, part
 * by part. A question of which any evidence is missing cannot be asked: its figures would be of the rest.
 */
export async function findEvidence(
	db: Database,
	projectId: string,
	questions: ComparisonQuestion[],
	held: Held[],
	{ signal, report }: { signal: AbortSignal; report(done: number, of: number): Promise<void> },
): Promise<{ questions: FoundQuestion[]; skipped: ComparisonResults["skipped"] }> {
	const pointers = Map.groupBy(
		questions.flatMap(({ evidence }) => evidence),
		({ file_id }) => file_id,
	);
	const documents = new Map(held.map(({ file_id, document_id }) => [file_id, document_id]));
	const names = new Map((await findFiles(db, projectId, [...pointers.keys()])).map((file) => [file.id, file.filename]));
	const found = new Map<EvidencePointer, Found>();
	let done = 0;
	for (const [file_id, wanted] of pointers) {
		signal.throwIfAborted();
		await report(done++, pointers.size);
		const document_id = documents.get(file_id);
		const filename = names.get(file_id);
		if (document_id === undefined || filename === undefined) {
			const why = `The file '${file_id}' is not in the vector store, or not read yet.`;
			for (const pointer of wanted) found.set(pointer, why);
			continue;
		}
		const read = await searchDocument(db, { file_id, filename, document_id }, wanted, signal);
		for (const [pointer, spans] of read) found.set(pointer, spans);
	}
	return sorted(questions, found);
}

function sorted(questions: ComparisonQuestion[], found: Map<EvidencePointer, Found>) {
	const skipped: ComparisonResults["skipped"] = [];
	const kept = questions.flatMap(({ evidence, ...question }) => {
		const each = evidence.map((pointer) => found.get(pointer) ?? []);
		const reason = each.find((one) => typeof one === "string");
		if (reason === undefined) return [{ ...question, evidence: each.flat() as EvidenceSpan[] }];
		skipped.push({ question: question.question, reason });
		return [];
	});
	return { questions: kept, skipped };
}

type Document = Held & { filename: string };

async function searchDocument(
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
		if (blocks.size === 0) continue;
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
	places: Place | Place[] | string,
): Promise<Found> {
	if (typeof places === "string") {
		const what = quote === undefined ? "" : ` (“${shown(quote)}”)`;
		return `Not found in '${filename}': ${places}${what}.`;
	}
	const spans: EvidenceSpan[] = [];
	for (const { start, end, location } of [places].flat()) {
		const parts = await getDocumentParts(db, document_id, start, location ? Math.min(end, start + SHOWN + 1) : end);
		const text = parts.map((part) => part.text).join("");
		const from = start - (parts[0]?.start ?? start);
		spans.push({
			file_id,
			filename,
			start,
			end,
			text: shown(text.slice(from, from + end - start)),
			location:
				location ??
				locate(
					parts.flatMap((part) => part.blocks),
					start,
					end,
				),
		});
	}
	return spans;
}

function shown(text: string): string {
	// The end may be half a surrogate pair, which the database's JSON does not hold.
	return text.length > SHOWN ? `${text.slice(0, SHOWN).toWellFormed()}…` : text;
}
