import iconv from "iconv-lite";
import type OpenAI from "openai";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { untilEnded } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

/** Detected as divided by commas, with a header: both wrong. */
const SEMICOLONS = "lamp, small;red, pale\nchair, oak;brown, dark\ntable, oak;brown, light\n";

async function upload(filename: string, bytes: string | Buffer, csv?: object): Promise<OpenAI.FileObject> {
	const file = await toFile(Buffer.from(bytes), filename);
	return t.client.files.create({ file, purpose: "assistants", ...(csv && { csv }) } as OpenAI.FileCreateParams);
}

/** The text that a store reads in a file. */
async function textOf(fileId: string): Promise<string> {
	const store = await t.client.vectorStores.create({ file_ids: [fileId] });
	expect(await untilEnded(t.client, store.id, fileId)).toMatchObject({ status: "completed" });
	const content = await t.client.vectorStores.files.content(fileId, { vector_store_id: store.id });
	return content.data.map((part) => part.text).join("");
}

const preview = (id: string, body: object) => sendJson(t.url, "POST", `/v1/files/${id}/chunk_preview`, body);

async function previewed(id: string, body: object): Promise<string> {
	const sent = await preview(id, body);
	expect(sent.status, JSON.stringify(sent.body)).toBe(200);
	return (sent.body.data as { text: string }[]).map(({ text }) => text).join("");
}

describe("a CSV file", () => {
	test("is read with the delimiter that was said, and its first row as data", async () => {
		const file = await upload("a.csv", SEMICOLONS, { delimiter: ";", header: false });
		const text = await textOf(file.id);
		expect(text).toMatch(/^column 1: lamp, small; column 2: red, pale\n/);
		expect(text.match(/^column 1: /gm)).toHaveLength(3);
		expect(await textOf((await upload("a.csv", SEMICOLONS)).id)).toMatch(/^lamp: chair; small;red: oak;brown; /);
		const other = await upload("a.csv", SEMICOLONS, { delimiter: "semicolon", header: true });
		expect(await textOf(other.id)).toMatch(/^lamp, small: chair, oak; red, pale: brown, dark\n/);
	});

	test("is read in the encoding that was said, whatever its bytes look like", async () => {
		const shiftJis = iconv.encode("品名,値段\nランプ,40\n", "shift_jis");
		const file = await upload("b.csv", shiftJis, { encoding: "Shift_JIS" });
		expect(await textOf(file.id)).toBe("品名: ランプ; 値段: 40\n");
		// Valid UTF-8, which is what would be detected.
		const forced = await upload("c.csv", "name,price\nCafé,4\n", { encoding: "shift_jis" });
		expect(await textOf(forced.id)).toBe(`name: ${iconv.decode(Buffer.from("Café"), "shift_jis")}; price: 4\n`);
	});

	test("that is called .tsv is divided by what was said all the same", async () => {
		const file = await upload("d.tsv", "a;b\tc\n1;2\t3\n", { delimiter: ";" });
		expect(await textOf(file.id)).toBe("a: 1; b\tc: 2\t3\n");
		const tabs = await upload("d.csv", "a,b\tc,d\n1,2\t3,4\n", { delimiter: "tab" });
		expect(await textOf(tabs.id)).toBe("a,b: 1,2; c,d: 3,4\n");
	});

	test("tells what was said of it, and nothing where nothing was", async () => {
		const file = await upload("e.csv", SEMICOLONS, { delimiter: "pipe", header: false, encoding: "latin1" });
		const csv = { delimiter: "|", header: false, encoding: "latin1" };
		expect(file).toMatchObject({ csv });
		expect(await t.client.files.retrieve(file.id)).toMatchObject({ csv });
		expect(await upload("e.csv", SEMICOLONS)).not.toHaveProperty("csv");
	});
});

test("options of a file that is no CSV are left out, and a warning says so", async () => {
	const file = await upload("a.txt", "Café; closed on Mondays.", { encoding: "shift_jis" });
	const sent = await preview(file.id, {});
	expect(sent.body.warnings).toEqual(["the file is read as text, so its csv options do not apply"]);
	expect((sent.body.data as { text: string }[])[0]?.text).toBe("Café; closed on Mondays.");
});

describe("a preview", () => {
	test("reads with the file's own options, of a file that no store has", async () => {
		const file = await upload("f.csv", SEMICOLONS, { delimiter: ";", header: false });
		expect(await previewed(file.id, {})).toContain("column 1: lamp, small; column 2: red, pale");
	});

	test("tries other options also where the file was read before, and stores nothing of it", async () => {
		const file = await upload("g.csv", SEMICOLONS, { delimiter: ";" });
		const stored = await textOf(file.id);
		expect(await previewed(file.id, { csv: { delimiter: ";", header: false } })).toContain("column 2: red, pale");
		expect(await previewed(file.id, { csv: { delimiter: "|", header: false } })).toContain(
			"column 1: lamp, small;red, pale",
		);
		expect((await previewed(file.id, {})).trim()).toBe(stored.trim());
		expect(await textOf(file.id)).toBe(stored);
		expect(await t.client.files.retrieve(file.id)).toMatchObject({ csv: { delimiter: ";" } });
	});
});

/** What the wire says is wrong, in a form and, where JSON can say it too, in a preview. */
const REFUSED: [object, string][] = [
	[{ delimiter: ";;" }, "csv.delimiter"],
	[{ delimiter: "" }, "csv.delimiter"],
	[{ delimiter: '"' }, "csv.delimiter"],
	[{ delimiter: "\n" }, "csv.delimiter"],
	[{ delimiter: "\r" }, "csv.delimiter"],
	[{ delimiter: "colon" }, "csv.delimiter"],
	[{ header: "maybe" }, "csv.header"],
	[{ encoding: "klingon" }, "csv.encoding"],
	[{ encoding: "hex" }, "csv.encoding"],
	[{ encoding: "" }, "csv.encoding"],
];

describe("refused, by name:", () => {
	test.for(REFUSED)("%j", async ([csv, param]) => {
		const form = new FormData();
		form.set("purpose", "assistants");
		for (const [key, value] of Object.entries(csv)) form.set(`csv[${key}]`, value);
		form.set("file", new File(["a;b\n1;2\n"], "a.csv"));
		const uploaded = await send(t.url, "POST", "/v1/files", { body: form });
		const file = await upload("a.csv", "a;b\n1;2\n");
		const tried = await preview(file.id, { csv });
		for (const sent of [uploaded, tried]) {
			expect(sent.status).toBe(400);
			expect(errorOf(sent).param).toBe(param);
			expect(errorOf(sent).message).toMatch(
				/must be one character|Supported values|expected a boolean|is known; try utf-8/,
			);
		}
	});

	test.for<[object, string]>([
		[{ csv: ";" }, "csv"],
		[{ csv: { delimiter: 5 } }, "csv.delimiter"],
		[{ csv: { header: "true" } }, "csv.header"],
		[{ csv: { delimiter: "\ud800" } }, "csv.delimiter"],
		[{ csv: { delimiter: "\0" } }, "csv.delimiter"],
	])("%j", async ([body, param]) => {
		const file = await upload("a.csv", "a;b\n1;2\n");
		const sent = await preview(file.id, body);
		expect([sent.status, errorOf(sent).param]).toEqual([400, param]);
	});

	test("the bytes of a refused upload are not kept", async () => {
		const before = (await t.client.files.list()).data.length;
		await expect(upload("a.csv", "x", { encoding: "klingon" })).rejects.toMatchObject({ status: 400 });
		expect((await t.client.files.list()).data).toHaveLength(before);
	});
});
