import type { Hit } from "./find.ts";
import type { Evidence, Question } from "./read-set.ts";
import type { Span } from "./spans.ts";

/** How much of a question's evidence some passages hold. */
export type Held = {
	/** The right document is among them: of any piece of evidence, of all. */
	anyDocument: boolean;
	allDocuments: boolean;
	/** The right page, row, pointer or span. */
	anyPlace: boolean;
	allPlaces: boolean;
	/** One of the answers stands in what was sent from a right place, letter for letter but for blanks. */
	answer: boolean;
};

export function heldBy(question: Question, hits: Hit[], spans: Map<Evidence, Span>): Held {
	const answers = (question.answers ?? []).map(bare).filter((answer) => answer !== "");
	const inDocument = question.evidence.map(({ doc }) => hits.some((hit) => hit.doc === doc));
	const atPlace = question.evidence.map((one) => hits.filter((hit) => isAt(one, hit, spans.get(one), answers)));
	return {
		anyDocument: inDocument.some(Boolean),
		allDocuments: inDocument.every(Boolean),
		anyPlace: atPlace.some((found) => found.length > 0),
		allPlaces: atPlace.every((found) => found.length > 0),
		answer: atPlace.flat().some((hit) => answers.some((answer) => bare(hit.text).includes(answer))),
	};
}

/** Whether a passage stands where the evidence does. */
function isAt(evidence: Evidence, hit: Hit, span: Span | undefined, answers: string[]): boolean {
	const { page_start, page_end, row_start, row_end, json_pointer } = hit.location;
	if (hit.doc !== evidence.doc) return false;
	if (evidence.page !== undefined) return within(evidence.page, page_start, page_end);
	if (evidence.row !== undefined) return within(evidence.row, row_start, row_end);
	if (span) return hit.start < span.end && hit.end > span.start;
	if (evidence.json_path === undefined) return true;
	if (json_pointer === undefined) return false;
	const wanted = pointerOf(evidence.json_path);
	if (isBelow(json_pointer, wanted)) return true;
	if (!isBelow(wanted, json_pointer)) return false;
	// A passage of several values has the pointer of what holds them all: then the answer itself must be in it, or, where
	// they are of one record, the key that is asked for.
	const key = wanted.split("/").findLast((step) => !/^\d*$/.test(step)) ?? "";
	const ofRecord = /\/\d+$/.test(json_pointer) && hit.text.includes(`${key}:`);
	return ofRecord || answers.some((answer) => bare(hit.text).includes(answer));
}

function within(place: number, start: number | undefined, end: number | undefined): boolean {
	return start !== undefined && place >= start && place <= (end ?? start);
}

/** `$.a[0].b` as a JSON pointer, `/a/0/b`. */
function pointerOf(path: string): string {
	return path
		.replace(/^\$/, "")
		.replaceAll(/\[(\d+)\]/g, "/$1")
		.replaceAll(".", "/");
}

function isBelow(pointer: string, above: string): boolean {
	return pointer === above || pointer.startsWith(`${above}/`);
}

function bare(text: string): string {
	return text.replaceAll(/\s+/g, "").toLowerCase();
}
