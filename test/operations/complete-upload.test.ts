import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { BlobStore } from "../../src/blobs/blob-store.ts";
import { createDiskBlobs } from "../../src/blobs/disk.ts";
import type { Database } from "../../src/db/database.ts";
import { openDatabase } from "../../src/db/open.ts";
import { newId } from "../../src/ids.ts";
import { addPart, writePart } from "../../src/operations/add-part.ts";
import { cancelUploadOf } from "../../src/operations/cancel-upload.ts";
import { completeUploadOf } from "../../src/operations/complete-upload.ts";
import { insertUpload, type UploadRow } from "../../src/store/uploads.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let db: Database;
let blobs: BlobStore;
let upload: UploadRow;
let parts: string[];
beforeAll(async () => {
	database = await createTestDatabase();
	db = await openDatabase(database.settings);
	blobs = createDiskBlobs(join(database.settings.DATA_DIR, "blobs"));
});
beforeEach(async () => {
	upload = await insertUpload(db, {
		id: newId("upload"),
		project_id: "default",
		filename: "a.txt",
		purpose: "assistants",
		bytes: 6,
		file_expires_after_seconds: null,
	});
	parts = [];
	for (const bytes of ["abc", "def"]) {
		const id = newId("part");
		await writePart(blobs, upload, id, Readable.from([Buffer.from(bytes)]));
		await addPart(db, "default", upload.id, { id, bytes: 3 });
		parts.push(id);
	}
});
afterAll(async () => {
	await db.close();
	await database.remove();
});

const complete = (deps: { db?: Database; blobs?: BlobStore } = {}) =>
	completeUploadOf({ db, blobs, ...deps }, "default", upload.id, { part_ids: parts });
const stored = async () =>
	(await readdir(join(database.settings.DATA_DIR, "blobs"), { recursive: true, withFileTypes: true }))
		.filter((entry) => entry.isFile())
		.map((entry) => entry.name);

test("what fails at the last step leaves the upload as it was, to be completed again", async () => {
	const before = await stored();
	const failing = { ...db, transaction: () => Promise.reject(new Error("the connection broke")) };
	await expect(complete({ db: failing })).rejects.toThrow("the connection broke");
	expect((await stored()).toSorted()).toEqual(before.toSorted());
	const { file } = await complete();
	expect(await text(blobs.read(file?.id as string))).toBe("abcdef");
});

test("bytes whose commit was never answered stay with the file that has them, and the same call finds it", async () => {
	const failing: Database = {
		...db,
		async transaction(work) {
			await db.transaction(work);
			throw new Error("the connection broke");
		},
	};
	const { upload: completed, file } = await complete({ db: failing });
	expect(completed.status).toBe("completed");
	expect(await text(blobs.read(file?.id as string))).toBe("abcdef");
	expect((await complete()).file?.id).toBe(file?.id);
});

test("an upload that is cancelled while its parts are joined makes no file", async () => {
	const before = (await stored()).filter((name) => !parts.includes(name));
	const slow: BlobStore = {
		...blobs,
		async write(id, bytes, maxBytes) {
			const written = await blobs.write(id, bytes, maxBytes);
			await cancelUploadOf({ db, blobs }, "default", upload.id);
			return written;
		},
	};
	await expect(complete({ blobs: slow })).rejects.toMatchObject({
		status: 400,
		message: expect.stringContaining("is cancelled"),
	});
	expect((await stored()).toSorted()).toEqual(before.toSorted());
});

test("one whose time comes while its parts are joined is completed", async () => {
	const slow: BlobStore = {
		...blobs,
		async write(id, bytes, maxBytes) {
			const written = await blobs.write(id, bytes, maxBytes);
			await db.query("UPDATE uploads SET expires_at = now() WHERE id = $1", [upload.id]);
			return written;
		},
	};
	expect((await complete({ blobs: slow })).upload.status).toBe("completed");
});

test("uploads of another project do not exist", async () => {
	const asked = { part_ids: parts };
	await expect(completeUploadOf({ db, blobs }, "other", upload.id, asked)).rejects.toMatchObject({ status: 404 });
	await expect(cancelUploadOf({ db, blobs }, "other", upload.id)).rejects.toMatchObject({ status: 404 });
	await expect(addPart(db, "other", upload.id, { id: newId("part"), bytes: 1 })).rejects.toMatchObject({ status: 404 });
});
