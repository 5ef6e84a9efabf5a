import { type QuestionResult, spreadOf } from "../src/comparison.ts";
import type { Database } from "../src/db/database.ts";
import type { Outcome, SentSpan } from "../src/store/compared-settings.ts";
import { getDocumentOfFile, readSpan } from "../src/store/documents.ts";

type Sent = NonNullable<QuestionResult["sent"]>[number];

/** Questions that are shown with what would be sent, those with the largest differences first: results stay readable. */
const QUESTIONS = 100;
/** Characters that are shown of what one question would send under one of the settings. */
const CHARACTERS = 12_000;

/** Adds what would be sent to the questions that settings differ in most, read from the stored documents. */
export async function readSent(
	db: Database,
	questions: QuestionResult[],
	outcomes: Outcome[][],
	signal: AbortSignal,
): Promise<QuestionResult[]> {
	const differing = [...questions.entries()].filter(([, { won_by }]) => won_by.length > 0);
	const most = differing.toSorted(([, a], [, b]) => spreadOf(b) - spreadOf(a)).slice(0, QUESTIONS);
	const results = [...questions];
	for (const [number, question] of most) {
		signal.throwIfAborted();
		const sent: Sent[] = [];
		for (const all of outcomes) sent.push(await read(db, (all[number] as Outcome).sent));
		results[number] = { ...question, sent };
	}
	return results;
}

async function read(db: Database, spans: SentSpan[]): Promise<Sent> {
	const sent: Sent = [];
	let left = CHARACTERS;
	for (const span of spans) {
		const text = await readText(db, span, left);
		left -= text.length;
		sent.push({ ...span, text });
	}
	return sent;
}

/** "" where the file is gone. */
async function readText(db: Database, { file_id, start, end }: SentSpan, most: number): Promise<string> {
	const document = await getDocumentOfFile(db, file_id);
	const until = Math.min(end, start + most);
	if (!document || until === start) return "";
	const text = (await readSpan(db, document.id, start, until))?.text ?? "";
	// The end may be half a surrogate pair, which the database's JSON does not hold.
	return until < end ? `${text.toWellFormed()}…` : text;
}
