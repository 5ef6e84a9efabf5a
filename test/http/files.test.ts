import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { NotFoundError, toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore, untilEnded, uploadText } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

describe("an upload", () => {
	test.for([
		["text", Buffer.from("Straße, 東京, 🙂\r\nsecond line\n")],
		["every byte there is", Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
		["several megabytes", randomBytes(5 * 1024 * 1024)],
		["what looks like a part's boundary", Buffer.from("--\r\n--x--\r\n\r\n--formdata-undici\r\n")],
		["nothing at all", Buffer.alloc(0)],
	] as const)("keeps the bytes as they were uploaded: %s", async ([, bytes]) => {
		const file = await t.client.files.create({ file: await toFile(bytes, "some.bin"), purpose: "user_data" });
		expect(file.bytes).toBe(bytes.length);
		const content = await t.client.files.content(file.id);
		expect(content.headers.get("content-length")).toBe(String(bytes.length));
		expect(bytes.equals(Buffer.from(await content.arrayBuffer()))).toBe(true);
	});

	test("tells what was uploaded", async () => {
		const before = Math.floor(Date.now() / 1000);
		const file = await t.client.files.create({
			file: await toFile(Buffer.from("abc"), "a.txt"),
			purpose: "assistants",
		});
		expect(file).toMatchObject({
			object: "file",
			bytes: 3,
			filename: "a.txt",
			purpose: "assistants",
			status: "processed",
		});
		expect(file.id).toMatch(/^file-[0-9a-f]{48}$/);
		expect(file.created_at).toBeGreaterThanOrEqual(before);
		expect(file).not.toHaveProperty("expires_at");
		expect(await t.client.files.retrieve(file.id)).toEqual(file);
	});

	test.for([
		"Ünïcödé – 東京 🙂.txt",
		"with spaces, commas; semicolons = and 'quotes'.txt",
		'with "double" quotes.txt',
		"no extension",
		".hidden",
		"%41 per cent.txt",
		`${"long".repeat(60)}.txt`,
	])("keeps the filename %s", async (filename) => {
		const id = await uploadText(t.client, filename, "x");
		expect((await t.client.files.retrieve(id)).filename).toBe(filename);
		const disposition = (await t.client.files.content(id)).headers.get("content-disposition");
		expect(decodeURIComponent(disposition?.split("''")[1] ?? "")).toBe(filename);
	});

	test("keeps no folders of a filename", async () => {
		const form = formOf("../../etc/passwd.txt", "x");
		expect((await upload(form)).body.filename).toBe("passwd.txt");
	});

	test("takes the purpose before or after the file", async () => {
		for (const order of [
			["file", "purpose"],
			["purpose", "file"],
		]) {
			const form = new FormData();
			for (const name of order) form.append(name, name === "file" ? new File(["x"], "x.txt") : "batch");
			expect((await upload(form)).body).toMatchObject({ purpose: "batch", filename: "x.txt" });
		}
	});

	test("takes bracketed expires_after", async () => {
		const file = await t.client.files.create({
			file: await toFile(Buffer.from("x"), "x.txt"),
			purpose: "assistants",
			expires_after: { anchor: "created_at", seconds: 3600 },
		});
		expect(file.expires_at).toBe(file.created_at + 3600);
	});

	test("takes a body of unknown length", async () => {
		const boundary = "b0undary";
		const part = (name: string, value: string) =>
			`--${boundary}\r\nContent-Disposition: form-data; ${name}\r\n\r\n${value}\r\n`;
		const pieces = [
			part('name="file"; filename="chunked.txt"', "in pieces ".repeat(1000)),
			part('name="purpose"', "assistants"),
			`--${boundary}--\r\n`,
		].flatMap((text) => text.match(/[\s\S]{1,700}/g) ?? []);
		const { status, body } = await send(t.url, "POST", "/v1/files", {
			headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
			body: Readable.toWeb(Readable.from(pieces.map((piece) => Buffer.from(piece)))) as ReadableStream,
			duplex: "half",
		} as RequestInit);
		expect(status).toBe(200);
		const content = await t.client.files.content(body.id as string);
		expect(await content.text()).toBe("in pieces ".repeat(1000));
	});

	test("is processed as soon as it is there", async () => {
		const id = await uploadText(t.client, "x.txt", "x");
		expect((await t.client.files.waitForProcessing(id)).status).toBe("processed");
	});

	test("is never shown by a browser as a page", async () => {
		const id = await uploadText(t.client, "page.html", "<script>alert(1)</script>");
		const { headers } = await t.client.files.content(id);
		expect(headers.get("content-type")).toBe("application/octet-stream");
		expect(headers.get("x-content-type-options")).toBe("nosniff");
		expect(headers.get("content-disposition")).toMatch(/^attachment/);
	});

	test("of an empty file fails when it is ingested, with the reason", async () => {
		const store = await createStore(t.client, { "empty.txt": "" });
		const file = await untilEnded(t.client, store.id, store.fileIds["empty.txt"] as string);
		expect(file.status).toBe("failed");
		expect(file.last_error).toEqual({ code: "invalid_file", message: expect.stringContaining("empty.txt is empty") });
	});
});

describe("the list of files", () => {
	const ids: string[] = [];
	beforeAll(async () => {
		for (const n of [1, 2, 3, 4, 5]) {
			const file = await toFile(Buffer.from("x"), `${n}.txt`);
			ids.push((await t.client.files.create({ file, purpose: "vision" })).id);
		}
	});

	test("has the newest first, or last", async () => {
		const listed = async (order?: "asc" | "desc") =>
			(await t.client.files.list({ purpose: "vision", ...(order && { order }) })).data.map((file) => file.id);
		expect(await listed()).toEqual(ids.toReversed());
		expect(await listed("desc")).toEqual(ids.toReversed());
		expect(await listed("asc")).toEqual(ids);
	});

	test("holds only files of the purpose asked for", async () => {
		const all = (await t.client.files.list()).data;
		expect(all.filter((file) => file.purpose === "vision")).toHaveLength(5);
		expect(all.length).toBeGreaterThan(5);
		expect((await t.client.files.list({ purpose: "fine-tune" })).data).toEqual([]);
	});

	test("comes in pages that follow each other without gap or repetition", async () => {
		const first = await t.client.files.list({ purpose: "vision", order: "asc", limit: 2 });
		expect(first.data.map((file) => file.id)).toEqual(ids.slice(0, 2));
		expect(first.has_more).toBe(true);
		const last = await t.client.files.list({ purpose: "vision", order: "asc", limit: 2, after: ids[3] as string });
		expect(last.data.map((file) => file.id)).toEqual(ids.slice(4));
		expect(last.has_more).toBe(false);
		const walked: string[] = [];
		for await (const file of t.client.files.list({ purpose: "vision", limit: 2 })) walked.push(file.id);
		expect(walked).toEqual(ids.toReversed());
	});
});

describe("a deleted file", () => {
	test("is gone, with its bytes", async () => {
		const id = await uploadText(t.client, "x.txt", "x");
		expect(await t.client.files.delete(id)).toEqual({ id, object: "file", deleted: true });
		await expect(t.client.files.retrieve(id)).rejects.toThrow(NotFoundError);
		await expect(t.client.files.content(id)).rejects.toThrow(NotFoundError);
		await expect(t.client.files.delete(id)).rejects.toThrow(NotFoundError);
	});

	test("leaves every vector store, and searches find it no more", async () => {
		const store = await createStore(t.client, { "a.txt": "The walrus sleeps.", "b.txt": "The heron fishes." });
		const other = await t.client.vectorStores.create({});
		const walrus = store.fileIds["a.txt"] as string;
		await t.client.vectorStores.files.createAndPoll(other.id, { file_id: walrus }, { pollIntervalMs: 50 });
		await t.client.files.delete(walrus);
		for (const id of [store.id, other.id]) {
			const files = await t.client.vectorStores.files.list(id);
			expect(files.data.map((file) => file.id)).not.toContain(walrus);
			expect((await t.client.vectorStores.search(id, { query: "walrus" })).data).toEqual([]);
		}
		expect((await t.client.vectorStores.search(store.id, { query: "heron" })).data).toHaveLength(1);
	});
});

test("an expired file is gone", async () => {
	const file = await t.client.files.create({
		file: await toFile(Buffer.from("x"), "short-lived.txt"),
		purpose: "batch",
		expires_after: { anchor: "created_at", seconds: 3600 },
	});
	await t.service.db.query("UPDATE files SET expires_at = now() - interval '1 second' WHERE id = $1", [file.id]);
	await expect(t.client.files.retrieve(file.id)).rejects.toThrow(NotFoundError);
	await expect(t.client.files.content(file.id)).rejects.toThrow(NotFoundError);
	expect((await t.client.files.list()).data.map(({ id }) => id)).not.toContain(file.id);
	await expect(t.client.vectorStores.create({ file_ids: [file.id] })).rejects.toThrow(NotFoundError);
});

function formOf(filename: string, text: string): FormData {
	const form = new FormData();
	form.append("purpose", "assistants");
	form.append("file", new File([text], filename));
	return form;
}

function upload(body: FormData) {
	return send(t.url, "POST", "/v1/files", { body });
}
