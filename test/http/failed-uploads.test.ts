import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { APIError, toFile } from "openai";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { errorOf, send } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";

const MAX_FILE_BYTES = 100_000;

let t: TestService;
beforeAll(async () => {
	t = await startTestService({ MAX_FILE_BYTES: String(MAX_FILE_BYTES) }, { worker: false });
});
afterAll(() => t.stop());

afterEach(async () => {
	expect(await blobs(), "a failed upload leaves no bytes").toEqual([]);
	const { rows } = await t.service.db.query("SELECT id FROM files");
	expect(rows, "a failed upload leaves no row").toEqual([]);
});

test("a file over the limit is refused with 413, however much larger it is", async () => {
	for (const bytes of [MAX_FILE_BYTES + 1, 40 * MAX_FILE_BYTES]) {
		const file = await toFile(Buffer.alloc(bytes, "a"), "large.txt");
		const error = await t.client.files.create({ file, purpose: "assistants" }).catch((thrown) => thrown);
		expect(error).toBeInstanceOf(APIError);
		expect(error).toMatchObject({ status: 413, param: "file", code: "file_too_large" });
		expect(error.message).toContain("MAX_FILE_BYTES");
	}
});

test.for<[string, (form: FormData) => void, Record<string, string>]>([
	["no file", (form) => form.delete("file"), { param: "file", code: "missing_required_parameter" }],
	["no purpose", (form) => form.delete("purpose"), { param: "purpose", code: "missing_required_parameter" }],
	["an unknown purpose", (form) => form.set("purpose", "fun"), { param: "purpose", code: "invalid_value" }],
	[
		"an expiry too soon",
		(form) => {
			form.set("expires_after[anchor]", "created_at");
			form.set("expires_after[seconds]", "3599");
		},
		{ param: "expires_after.seconds", code: "integer_below_min_value" },
	],
	[
		"an expiry that is no number",
		(form) => {
			form.set("expires_after[anchor]", "created_at");
			form.set("expires_after[seconds]", "soon");
		},
		{ param: "expires_after.seconds", code: "invalid_type" },
	],
	[
		"an expiry without its anchor",
		(form) => form.set("expires_after[seconds]", "3600"),
		{ param: "expires_after.anchor", code: "missing_required_parameter" },
	],
])("a form with %s is refused", async ([, spoil, expected]) => {
	const form = new FormData();
	form.set("file", new File(["x"], "x.txt"));
	form.set("purpose", "assistants");
	spoil(form);
	const sent = await send(t.url, "POST", "/v1/files", { body: form });
	expect(sent.status).toBe(400);
	expect(errorOf(sent)).toMatchObject(expected);
});

const FILE_PART = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello';
const PURPOSE_PART = '--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n';

test.for([
	["not a form at all", "garbage"],
	["nothing", ""],
	["a form that ends within the file", `${PURPOSE_PART}${FILE_PART}`],
	["a form that ends within a large file", `${PURPOSE_PART}${FILE_PART}${"hello".repeat(10_000)}`],
	["a form that ends after the file", `${PURPOSE_PART}${FILE_PART}\r\n--x\r\n`],
	["a form that ends within a field", `${FILE_PART}\r\n${PURPOSE_PART}`.trimEnd()],
	["a form that ends within a part's header", `${FILE_PART}\r\n--x\r\nContent-Disp`],
	["a filename that holds U+0000", `${FILE_PART.replace("a.txt", "a\0.txt")}\r\n${PURPOSE_PART}--x--\r\n`],
])("a body that is %s is refused", async ([, body]) => {
	const sent = await send(t.url, "POST", "/v1/files", {
		body,
		headers: { "content-type": "multipart/form-data; boundary=x" },
	});
	expect(sent.status).toBe(400);
	expect(errorOf(sent).type).toBe("invalid_request_error");
});

test.for(["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary="])(
	"a body of type %s is refused, with the type to send",
	async (type) => {
		const sent = await send(t.url, "POST", "/v1/files", { body: "{}", headers: { "content-type": type } });
		expect(sent.status).toBe(400);
		expect(errorOf(sent).message).toContain("multipart/form-data");
	},
);

test("a client that hangs up in mid-upload leaves nothing, and others are served on", async () => {
	const upload = request(`${t.url}/v1/files`, {
		method: "POST",
		headers: { "content-type": "multipart/form-data; boundary=x", "content-length": "90000" },
	});
	upload.on("error", () => {});
	await new Promise((resolve) => upload.write(`${PURPOSE_PART}${FILE_PART}`, resolve));
	await expect.poll(blobs).toHaveLength(1);
	upload.destroy();
	await expect.poll(blobs).toEqual([]);
	expect((await t.client.files.list()).data).toEqual([]);
});

async function blobs(): Promise<string[]> {
	const entries = await readdir(join(t.dataDirectory, "blobs"), { recursive: true, withFileTypes: true }).catch(
		() => [],
	);
	return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
