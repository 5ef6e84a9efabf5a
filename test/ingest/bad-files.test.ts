import { readFileSync } from "node:fs";
import type { VectorStoreFile } from "openai/resources/vector-stores/files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { indexOf, statisticsOf, untilSettled } from "../support/index-state.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, fixture } from "../support/upload.ts";

const PDF = readFileSync(fixture("demo/FAA-2020-0686-737MAX-proposed-AD.pdf"));
const BINARY = Buffer.from([0, 1, 2, 3, 255, 254, 0, 7]);

/** What cannot be read: name, bytes, code, and what the user is told. */
const FAILING: [string, Buffer | string, "invalid_file" | "unsupported_file", RegExp][] = [
	[
		"setup.exe",
		Buffer.from("4d5a90000300000004000000ffff0000b800", "hex"),
		"unsupported_file",
		/supported: PDF \(\.pdf\), CSV/,
	],
	["data.bin", BINARY, "unsupported_file", /supported: PDF/],
	["archive.rar", Buffer.from("526172211a0700cf", "hex"), "unsupported_file", /supported: PDF/],
	["binary.txt", BINARY, "invalid_file", /not a text file/],
	["binary.csv", BINARY, "invalid_file", /not a text file/],
	["empty.txt", "", "invalid_file", /is empty/],
	["empty.pdf", "", "invalid_file", /is empty/],
	["empty.csv", "", "invalid_file", /is empty/],
	["blank.txt", " \n\n\t ", "invalid_file", /no text/],
	["truncated.pdf", PDF.subarray(0, PDF.length >> 1), "invalid_file", /damaged.*upload it again/],
	["beginning.pdf", PDF.subarray(0, 2000), "invalid_file", /damaged.*upload it again/],
	["page.pdf", "<html><body>Hello.</body></html>", "invalid_file", /not a PDF/],
	["password.pdf", readFileSync(fixture("parse/password-view.pdf")), "invalid_file", /password; remove the password/],
	["broken-page.pdf", readFileSync(fixture("robust/bad-data.pdf")), "invalid_file", /text/],
	["open-quote.csv", 'a,b\n1,"never closed\n2,3\n', "invalid_file", /quote opened in row 1 \(line 2\)/],
	["invalid.json", '{"a": 1,\n"b": }', "invalid_file", /line 2, column 6/],
	["half.json", '{"a": [1, 2, {"b":', "invalid_file", /line 1, column 19: .*the text ends here/],
	["nul.jsonl", '{"a":1}\n{"b":\0}\n', "invalid_file", /NUL bytes, the first at line 2, column 6/],
	["lines.json", '{"a":1}\n{"a":2}', "invalid_file", /name it \.jsonl/],
	["invalid.jsonl", '{"a":1}\n{"a":\n{"a":3}\n', "invalid_file", /line 2/],
	["deep.json", "[".repeat(100_000) + "]".repeat(100_000), "invalid_file", /nested deeper/],
];

/** What is odd but readable: name, bytes, a question and the file's text that answers it. */
const READABLE: [string, Buffer | string, string, string][] = [
	[
		"ragged.csv",
		"city,people,area\nOslo,1,2\nParis,4\nRome,6,7,8\n",
		"Paris",
		"city: Oslo; people: 1; area: 2\ncity: Paris; people: 4\ncity: Rome; people: 6; area: 7; column 4: 8",
	],
	["inner-quote.csv", 'name,note\nKermit,"says "hello" twice"\n', "Kermit", 'name: Kermit; note: says "hello" twice'],
	[
		"latin1.txt",
		Buffer.from("Die Stra\xdfe f\xfchrt nach M\xfcnchen.", "latin1"),
		"München",
		"Die Straße führt nach München.",
	],
	[
		"utf16.csv",
		Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("who,where\nZoë,Köln\n", "utf16le")]),
		"Köln",
		"who: Zoë; where: Köln",
	],
	["surrogate.json", '{"emu": "half \\ud83d value"}', "emu", "emu: half \ufffd value"],
	["nul.json", '{"gnu": "with \\u0000 in it"}', "gnu", "gnu: with \ufffd in it"],
	["nothing.json", "[]", "items", "0 items"],
	["no-extension", "A walrus without a name that says so.", "walrus", "A walrus without a name that says so."],
	["loop.pdf", readFileSync(fixture("robust/pages-loop.pdf")), "Potato", "Potato"],
	["count.pdf", readFileSync(fixture("robust/count-lies.pdf")), "bomb marker", "bomb page marker"],
];

let t: TestService;
let storeId: string;
let ended: Map<string, VectorStoreFile>;
beforeAll(async () => {
	t = await startTestService();
	const files = Object.fromEntries([...FAILING, ...READABLE].map(([name, bytes]) => [name, bytes]));
	const store = await createStore(t.client, files);
	storeId = store.id;
	ended = new Map();
	for (const [name, id] of Object.entries(store.fileIds)) {
		ended.set(name, await t.client.vectorStores.files.retrieve(id, { vector_store_id: storeId }));
	}
});
afterAll(() => t.stop());

test.each(FAILING)("%s fails, and says why", (name, _bytes, code, message) => {
	expect(ended.get(name)).toMatchObject({
		status: "failed",
		stage: null,
		last_error: { code, message: expect.stringMatching(message) },
	});
	// By the name the user knows it by.
	expect(ended.get(name)?.last_error?.message).toContain(name);
});

test.each(READABLE)("%s is read for what it is", async (name, _bytes, query, text) => {
	expect(ended.get(name)).toMatchObject({ status: "completed", last_error: null });
	const { data } = await t.client.vectorStores.search(storeId, { query });
	expect(data[0]).toMatchObject({ filename: name, content: [{ text }] });
});

test("the store counts them, and what failed left no chunk", async () => {
	const store = await t.client.vectorStores.retrieve(storeId);
	expect(store.file_counts).toMatchObject({ failed: FAILING.length, completed: READABLE.length, in_progress: 0 });
	const index = await indexOf(t.service.db, storeId);
	await untilSettled(t.service.db, index.id);
	const { kept, counted } = await statisticsOf(t.service.db, index.id);
	expect(kept).toEqual(counted);
	const { rows } = await t.service.db.query(
		`SELECT DISTINCT s.file_id FROM vector_store_files s JOIN chunks c ON c.file_id = s.file_id WHERE s.status = 'failed'`,
	);
	expect(rows).toEqual([]);
});

test("a file that failed can be taken out and attached again", async () => {
	const fileId = ended.get("empty.txt")?.id as string;
	await t.client.vectorStores.files.delete(fileId, { vector_store_id: storeId });
	await t.client.vectorStores.files.create(storeId, { file_id: fileId });
	const again = await t.client.vectorStores.files.poll(storeId, fileId, { pollIntervalMs: 50 });
	expect(again).toMatchObject({ status: "failed", last_error: { code: "invalid_file" } });
});
