import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Location } from "../../src/types.ts";
import { citationsOf, fileSearch, resultsOf } from "../support/ask.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createDemoStore, fixture } from "../support/upload.ts";

type Evidence = { doc: string; page?: number; row?: number; json_path?: string; start?: number; end?: number };
type Question = { id: string; question: string; evidence: Evidence[]; kind: string };
type Source = { filename: string; location: Location; start: number; end: number };

/** Those whose answer stands in one place of a file's text: not in an image, nor spread over a whole table. */
const questions = readFileSync(fixture("demo.questions.jsonl"), "utf8")
	.trim()
	.split("\n")
	.map((line): Question => JSON.parse(line))
	.filter(({ kind }) => !/ocr|aggregate|unanswerable/.test(kind));

let t: TestService;
let answers: { found: Source[]; sent: Source[]; cited: Source[]; question: Question }[];
beforeAll(async () => {
	t = await startTestService();
	const store = await createDemoStore(t.client, [
		...new Set(questions.flatMap((q) => q.evidence.map(({ doc }) => doc))),
	]);
	answers = [];
	for (const question of questions) {
		const response = await t.client.responses.create({
			model: "extractive",
			input: question.question,
			tools: [fileSearch(store.id)],
			include: ["file_search_call.results"],
		});
		const found = resultsOf(response) ?? [];
		const { receipt } = response as unknown as { receipt: { passages: { sent: { chunk_id: string }[] } } };
		const sent = found.filter(({ chunk_id }) => receipt.passages.sent.some((entry) => entry.chunk_id === chunk_id));
		answers.push({ found, sent, cited: citationsOf(response), question });
	}
});
afterAll(() => t.stop());

function holds({ filename, location, start, end }: Source, evidence: Evidence): boolean {
	if (filename !== evidence.doc) return false;
	const { page_start = 0, page_end = 0, row_start = 0, row_end = 0, json_pointer } = location;
	if (evidence.page !== undefined) return page_start <= evidence.page && evidence.page <= page_end;
	if (evidence.row !== undefined) return row_start <= evidence.row && evidence.row <= row_end;
	if (evidence.json_path !== undefined) {
		// "$[20].subcommittees[5].phone" is /20/subcommittees/5/phone; the whole document would hold any.
		const pointer = evidence.json_path.replaceAll(/[$\]]/g, "").replaceAll(/[[.]/g, "/");
		return !!json_pointer && `${pointer}/`.startsWith(`${json_pointer}/`);
	}
	return start < (evidence.end ?? 0) && end > (evidence.start ?? 0);
}

/** The questions whose evidence none of these sources holds. */
function missed(sources: "found" | "sent" | "cited"): string[] {
	return answers
		.filter((answer) => !answer.question.evidence.some((one) => answer[sources].some((source) => holds(source, one))))
		.map(({ question }) => question.id);
}

// Floors, measured on 22 November 2026 without a model: of 18 questions 17 found, 17 sent and 16 cited. One less
// leaves room for scores that are equal, which the files' random ids put in order.
test.each([
	["among the twenty results", "found", 16],
	["within the 2,000 tokens that are sent", "sent", 16],
	["cited at its page, row or path", "cited", 15],
] as const)("of the demo's questions the evidence is %s", (_name, sources, floor) => {
	expect(questions).toHaveLength(18);
	expect(18 - missed(sources).length, `missed: ${missed(sources).join(", ")}`).toBeGreaterThanOrEqual(floor);
});
