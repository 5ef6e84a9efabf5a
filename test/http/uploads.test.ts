import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import type OpenAI from "openai";
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";

const MIB = 1024 * 1024;

let t: TestService;
beforeAll(async () => {
	t = await startTestService({ MAX_FILE_BYTES: String(70 * MIB) });
});
afterAll(() => t.stop());

const begin = (bytes: number, more: Partial<OpenAI.Uploads.UploadCreateParams> = {}) =>
	t.client.uploads.create({ filename: "a.txt", purpose: "assistants", bytes, mime_type: "text/plain", ...more });
const add = async (uploadId: string, bytes: Buffer | string) =>
	(await t.client.uploads.parts.create(uploadId, { data: await toFile(Buffer.from(bytes), "blob") })).id;
const complete = (uploadId: string, part_ids: string[], md5?: string) =>
	t.client.uploads.complete(uploadId, { part_ids, ...(md5 && { md5 }) });
const md5Of = (bytes: Buffer | string) => createHash("md5").update(bytes).digest("hex");
const contentOf = async (fileId: string) => Buffer.from(await (await t.client.files.content(fileId)).arrayBuffer());
const expireIn = (id: string, seconds: number) =>
	t.service.db.query("UPDATE uploads SET expires_at = now() + make_interval(secs => $2) WHERE id = $1", [id, seconds]);

async function blobs(): Promise<string[]> {
	const entries = await readdir(join(t.dataDirectory, "blobs"), { recursive: true, withFileTypes: true }).catch(
		() => [],
	);
	return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
/** What lies on the disk for parts: nothing, once their upload has ended. */
const partBlobs = async () => (await blobs()).filter((name) => name.startsWith("part_"));

describe("an upload", () => {
	test("is begun with what the file will be, and has an hour", async () => {
		const upload = await begin(10, { filename: "../../etc/a.txt", purpose: "user_data" });
		expect(upload).toEqual({
			id: expect.stringMatching(/^upload_[0-9a-f]{48}$/),
			object: "upload",
			bytes: 10,
			created_at: expect.any(Number),
			filename: "a.txt",
			purpose: "user_data",
			status: "pending",
			expires_at: upload.created_at + 3600,
			file: null,
		});
	});

	test("whose parts came in any order becomes the file they add up to, in the order named", async () => {
		const pieces = [randomBytes(3 * MIB), Buffer.from("middle"), randomBytes(2 * MIB + 1), Buffer.from("end")];
		const whole = Buffer.concat(pieces);
		const { id } = await begin(whole.length, { filename: "large.bin" });
		const parts: string[] = [];
		await Promise.all([2, 0, 3, 1].map(async (n) => (parts[n] = await add(id, pieces[n] as Buffer))));
		const upload = await complete(id, parts, md5Of(whole).toUpperCase());
		expect(upload).toMatchObject({ id, status: "completed", bytes: whole.length });
		const fileId = upload.file?.id as string;
		expect(upload.file).toEqual(await t.client.files.retrieve(fileId));
		expect(upload.file).toMatchObject({
			object: "file",
			filename: "large.bin",
			bytes: whole.length,
			purpose: "assistants",
		});
		expect(whole.equals(await contentOf(fileId))).toBe(true);
		expect((await t.client.files.list()).data.map((file) => file.id)).toContain(fileId);
		const { rows } = await t.service.db.query("SELECT sha256 FROM files WHERE id = $1", [fileId]);
		expect(rows).toEqual([{ sha256: createHash("sha256").update(whole).digest("hex") }]);
		expect(await partBlobs()).toEqual([]);
	});

	test("becomes a file like any other, which is ingested, expires and is deleted", async () => {
		const { id } = await begin(18, { expires_after: { anchor: "created_at", seconds: 7200 } });
		const { file } = await complete(id, [await add(id, "The walrus "), await add(id, "sleeps.")]);
		if (!file) throw new Error("no file");
		expect(file.expires_at).toBe(file.created_at + 7200);
		const store = await t.client.vectorStores.create({});
		await t.client.vectorStores.files.createAndPoll(store.id, { file_id: file.id }, { pollIntervalMs: 50 });
		expect((await t.client.vectorStores.search(store.id, { query: "walrus" })).data).toMatchObject([
			{ file_id: file.id },
		]);
		await t.client.files.delete(file.id);
		expect(await blobs()).not.toContain(file.id);
	});

	test("takes a part's answer for lost, and the part again", async () => {
		const { id } = await begin(6);
		await add(id, "abc");
		const parts = [await add(id, "abc"), await add(id, "def")];
		const { file } = await complete(id, parts);
		expect(String(await contentOf(file?.id as string))).toBe("abcdef");
		expect(await partBlobs()).toEqual([]);
	});
});

describe("completing", () => {
	test("again with the same parts answers the same, and with others is refused", async () => {
		const { id } = await begin(2);
		const parts = [await add(id, "a"), await add(id, "b")];
		const first = await complete(id, parts);
		expect(await complete(id, parts)).toEqual(first);
		await expect(complete(id, parts.toReversed())).rejects.toMatchObject({ status: 400, param: "upload_id" });
	});

	test("many times at once makes one file", async () => {
		const bytes = randomBytes(2 * MIB);
		const { id } = await begin(bytes.length, { filename: "once.bin" });
		const parts = [await add(id, bytes.subarray(0, MIB)), await add(id, bytes.subarray(MIB))];
		const uploads = await Promise.all([1, 2, 3, 4].map(() => complete(id, parts)));
		const ids = new Set(uploads.map((upload) => upload.file?.id));
		expect(ids.size).toBe(1);
		const files = (await t.client.files.list()).data.filter((file) => file.filename === "once.bin");
		expect(files.map((file) => file.id)).toEqual([...ids]);
		expect(bytes.equals(await contentOf(files[0]?.id as string))).toBe(true);
		const known = new Set((await t.client.files.list()).data.map((file) => file.id));
		expect((await blobs()).filter((name) => !known.has(name))).toEqual([]);
	});

	test.each([
		["a part missing", (a: string, _b: string) => [a], undefined, "part_ids", "come to 1 bytes"],
		["a part twice", (a: string, b: string) => [a, b, a], undefined, "part_ids", "come to 3 bytes"],
		["another MD5", (a: string, b: string) => [b, a], md5Of("ab"), "md5", md5Of("ba")],
	])("with %s is refused, and the upload goes on", async (_name, choose, md5, param, says) => {
		const before = await blobs();
		const { id } = await begin(2);
		const [a, b] = [await add(id, "a"), await add(id, "b")];
		await expect(complete(id, choose(a, b), md5)).rejects.toMatchObject({
			status: 400,
			param,
			message: expect.stringContaining(says),
		});
		expect((await blobs()).toSorted()).toEqual([...before, a, b].toSorted());
		expect((await complete(id, [a, b], md5Of("ab"))).status).toBe("completed");
	});

	test("names parts of its own upload only", async () => {
		const [mine, other] = [await begin(1), await begin(1)];
		const part = await add(other.id, "a");
		for (const id of [part, "part_none"]) {
			await expect(complete(mine.id, [id])).rejects.toMatchObject({ status: 404, param: "part_ids[0]" });
		}
		await t.client.uploads.cancel(mine.id);
		expect((await complete(other.id, [part])).status).toBe("completed");
	});
});

describe("an upload that has ended", () => {
	test("by being cancelled leaves nothing, and may be cancelled again", async () => {
		const upload = await begin(3);
		await add(upload.id, "abc");
		const cancelled = await t.client.uploads.cancel(upload.id);
		expect(cancelled).toEqual({ ...upload, status: "cancelled" });
		expect(await t.client.uploads.cancel(upload.id)).toEqual(cancelled);
		expect(await partBlobs()).toEqual([]);
	});

	test.each([
		["cancelled", (id: string) => t.client.uploads.cancel(id)],
		["completed", (id: string, part: string) => complete(id, [part])],
		["expired", (id: string) => expireIn(id, -1)],
	])("takes nothing more, and says that it is %s", async (status, end) => {
		const { id } = await begin(1);
		const part = await add(id, "a");
		await end(id, part);
		const calls = [() => add(id, "b"), () => complete(id, ["part_other"]), () => t.client.uploads.cancel(id)];
		if (status === "cancelled") calls.pop();
		for (const call of calls) {
			await expect(call()).rejects.toMatchObject({
				status: 400,
				param: "upload_id",
				message: expect.stringContaining(`is ${status}`),
			});
		}
		// What has expired lies there until the sweep.
		await expireIn(id, 60);
		if (status === "expired") await t.client.uploads.cancel(id);
		expect(await partBlobs()).toEqual([]);
	});
});

describe("limits", () => {
	const tooLarge = (param: string, says: string) => ({
		status: 413,
		code: "file_too_large",
		param,
		message: expect.stringContaining(says),
	});

	test("a file larger than the server takes is refused before it is sent", async () => {
		await expect(begin(70 * MIB + 1)).rejects.toMatchObject(tooLarge("bytes", "MAX_FILE_BYTES"));
		expect((await begin(70 * MIB)).status).toBe("pending");
	});

	test("a part has at most 64 MiB", async () => {
		const { id } = await begin(70 * MIB);
		await expect(add(id, Buffer.alloc(64 * MIB + 1))).rejects.toMatchObject(tooLarge("data", "further parts"));
		expect(await partBlobs()).toEqual([]);
		expect(await add(id, Buffer.alloc(64 * MIB))).toMatch(/^part_/);
		await t.client.uploads.cancel(id);
	});

	test("a part has at most the bytes that the upload was created for, all together twice as many", async () => {
		const { id } = await begin(4);
		await expect(add(id, "abcde")).rejects.toMatchObject(tooLarge("data", "larger than the 4 bytes"));
		for (const bytes of ["abcd", "abcd"]) await add(id, bytes);
		const kept = await partBlobs();
		await expect(add(id, "a")).rejects.toMatchObject(tooLarge("data", "more than twice the 4"));
		expect((await partBlobs()).toSorted()).toEqual(kept.toSorted());
		await t.client.uploads.cancel(id);
	});
});

describe("what cannot be is refused", () => {
	test.each([
		["no bytes", { bytes: undefined }, "bytes"],
		["none of them", { bytes: 0 }, "bytes"],
		["no name", { filename: "" }, "filename"],
		["no purpose", { purpose: undefined }, "purpose"],
		["an unknown purpose", { purpose: "fun" }, "purpose"],
		["no type", { mime_type: undefined }, "mime_type"],
		["a short life", { expires_after: { anchor: "created_at", seconds: 60 } }, "expires_after.seconds"],
	])("an upload with %s", async (_name, body, param) => {
		const given = { filename: "a.txt", purpose: "assistants", bytes: 1, mime_type: "text/plain", ...body };
		const sent = await sendJson(t.url, "POST", "/v1/uploads", given);
		expect([sent.status, errorOf(sent).param]).toEqual([400, param]);
	});

	test("an unknown upload, whatever is done with it", async () => {
		for (const call of [
			() => add("upload_none", "a"),
			() => add("upload_none", Buffer.alloc(5 * MIB)),
			() => complete("upload_none", ["part_1"]),
			() => t.client.uploads.cancel("upload_none"),
		]) {
			await expect(call()).rejects.toMatchObject({
				status: 404,
				code: null,
				param: "upload_id",
				message: expect.stringContaining("No such Upload object: upload_none"),
			});
		}
	});

	test("a completion without parts", async () => {
		const { id } = await begin(1);
		for (const body of [{}, { part_ids: [] }]) {
			const sent = await sendJson(t.url, "POST", `/v1/uploads/${id}/complete`, body);
			expect([sent.status, errorOf(sent).param]).toEqual([400, "part_ids"]);
		}
	});

	const FORM = { "content-type": "multipart/form-data; boundary=x" };
	const PART = '--x\r\nContent-Disposition: form-data; name="data"; filename="blob"\r\n\r\nhello';
	test.each([
		["JSON", '{"data":"a"}', { "content-type": "application/json" }, null, "multipart/form-data"],
		["a form without data", `${PART.replace('data"', 'file"')}\r\n--x--\r\n`, FORM, "data", "'data'"],
		["a form that breaks off", PART, FORM, null, "cut off"],
	])("%s for a part", async (_name, body, headers, param, says) => {
		const { id } = await begin(10);
		const sent = await send(t.url, "POST", `/v1/uploads/${id}/parts`, { body, headers });
		expect([sent.status, errorOf(sent).param]).toEqual([400, param]);
		expect(errorOf(sent).message).toContain(says);
		expect(await partBlobs()).toEqual([]);
	});

	test("a client that hangs up within a part leaves nothing of it", async () => {
		const { id } = await begin(1000);
		const part = request(`${t.url}/v1/uploads/${id}/parts`, {
			method: "POST",
			headers: { ...FORM, "content-length": "900" },
		});
		part.on("error", () => {});
		await new Promise((resolve) => part.write(PART, resolve));
		await expect.poll(partBlobs).toHaveLength(1);
		part.destroy();
		await expect.poll(partBlobs).toEqual([]);
		expect((await t.service.db.query("SELECT FROM upload_parts WHERE upload_id = $1", [id])).rows).toEqual([]);
	});
});
