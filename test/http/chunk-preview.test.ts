import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countTokens } from "../../src/models/tokens.ts";
import { errorOf, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { fixture, uploadText } from "../support/upload.ts";

type Preview = {
	data: { text: string; start: number; end: number; tokens: number; context: string; location: object }[];
	has_more: boolean;
	statistics: { chunks: number; tokens: { total: number; max: number } };
};

let t: TestService;
let fileId: string;
const text = readFileSync(fixture("demo/rfc4180.txt"), "utf8");
beforeAll(async () => {
	t = await startTestService({}, { worker: false });
	fileId = await uploadText(t.client, "rfc4180.txt", text);
});
afterAll(() => t.stop());

const preview = (body: object, id = fileId) => sendJson(t.url, "POST", `/v1/files/${id}/chunk_preview`, body);

test("shows what settings would make of a file that no store has, and stores nothing", async () => {
	const sent = await preview({ chunking_strategy: { type: "structure", structure: { max_tokens: 200 } }, limit: 1000 });
	expect(sent.status).toBe(200);
	const { data, has_more, statistics } = sent.body as unknown as Preview;
	expect(has_more).toBe(false);
	expect(statistics.chunks).toBe(data.length);
	expect(statistics.tokens.total).toBe(data.reduce((sum, chunk) => sum + chunk.tokens, 0));
	for (const chunk of data) {
		expect(text.slice(chunk.start, chunk.end)).toBe(chunk.text);
		expect(countTokens(chunk.text)).toBe(chunk.tokens);
		expect(chunk.tokens).toBeLessThanOrEqual(200);
	}
	const { rows } = await t.service.db.query(
		"SELECT (SELECT count(*) FROM chunks) + (SELECT count(*) FROM documents) AS stored",
	);
	expect(rows).toEqual([{ stored: 0 }]);
});

test("other settings make other chunks; statistics count those that are not shown", async () => {
	const few = (await preview({ chunking_strategy: { type: "sentence", sentence: { max_tokens: 50 } }, limit: 2 }))
		.body as unknown as Preview;
	const many = (
		await preview({
			chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } },
			limit: 2,
		})
	).body as unknown as Preview;
	expect([few.data.length, few.has_more]).toEqual([2, true]);
	expect(few.statistics.chunks).toBeGreaterThan(many.statistics.chunks * 3);
});

test.for<[string, object, number]>([
	["an unknown strategy", { chunking_strategy: { type: "nonsense" } }, 400],
	["meaning, without an embedding model", { chunking_strategy: { type: "semantic" } }, 400],
	["a limit of none", { limit: 0 }, 400],
])("%s is refused", async ([, body, status]) => {
	expect((await preview(body)).status).toBe(status);
});

test("an unknown file is a 404, a file that cannot be read says why", async () => {
	expect((await preview({}, "file-nope")).status).toBe(404);
	const broken = await uploadText(t.client, "broken.json", '{"a": ');
	const sent = await preview({}, broken);
	expect(sent.status).toBe(400);
	expect(errorOf(sent).message).toContain("broken.json");
});
