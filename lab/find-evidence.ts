import type { ComparisonQuestion, ComparisonResults, EvidencePointer, EvidenceSpan } from "../src/comparison.ts";
import type { Database } from "../src/db/database.ts";
import type { FoundQuestion } from "../src/store/comparisons.ts";
import { findFiles } from "../src/store/files.ts";
import type { HeldFile } from "../src/store/lacking-files.ts";
import { type Found, searchDocument } from "./search-document.ts";

type Held = Pick<HeldFile, "file_id" | "document_id">;

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
