import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BlobStore } from "../../src/blobs/blob-store.ts";
import { createDiskBlobs } from "../../src/blobs/disk.ts";
import { newId } from "../../src/ids.ts";

let directory: string;
let blobs: BlobStore;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "excerpt-blobs-"));
	blobs = createDiskBlobs(join(directory, "blobs"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function filesOf(id: string): Promise<string[]> {
	const entries = await readdir(directory, { recursive: true });
	return entries.filter((path) => path.includes(id)).map((path) => path.split("/").at(-1) as string);
}

test("gives back the bytes that were written, and their size and hash", async () => {
	const id = newId("file");
	const pieces = Array.from({ length: 50 }, () => randomBytes(20_000));
	const written = await blobs.write(id, Readable.from(pieces), 1_000_000);
	expect(written).toEqual({
		bytes: 1_000_000,
		sha256: createHash("sha256").update(Buffer.concat(pieces)).digest("hex"),
	});
	expect((await buffer(blobs.read(id))).equals(Buffer.concat(pieces))).toBe(true);
	expect((await readFile((await blobs.openLocal(id)).path)).equals(Buffer.concat(pieces))).toBe(true);
	expect(await filesOf(id)).toEqual([id]);
});

test("no bytes are bytes too", async () => {
	const id = newId("file");
	expect((await blobs.write(id, Readable.from([]), 10)).bytes).toBe(0);
	expect((await buffer(blobs.read(id))).length).toBe(0);
});

test("takes the source no faster than the disk does", async () => {
	let given = 0;
	let most = 0;
	const id = newId("file");
	const path = join(directory, "blobs", id.slice(-2), `${id}.partial`);
	async function* source() {
		for (let i = 0; i < 400; i++) {
			given += 100_000;
			const there = (await stat(path).catch(() => ({ size: 0 }))).size;
			most = Math.max(most, given - there);
			yield Buffer.alloc(100_000);
		}
	}
	await blobs.write(id, Readable.from(source()), 1e9);
	// 40 MB went through; of it only what the streams' buffers hold was not on disk yet.
	expect(most).toBeLessThan(5_000_000);
});

test("past the maximum it stops reading, says so and leaves nothing", async () => {
	const id = newId("file");
	let read = 0;
	async function* endless() {
		for (;;) {
			read += 1000;
			yield Buffer.alloc(1000);
		}
	}
	await expect(blobs.write(id, Readable.from(endless()), 5000)).rejects.toMatchObject({
		code: "file_too_large",
		message: expect.stringContaining("5000 bytes"),
	});
	expect(read).toBeLessThan(200_000);
	expect(await filesOf(id)).toEqual([]);
});

test("a source that breaks off leaves nothing", async () => {
	const id = newId("file");
	async function* broken() {
		yield Buffer.from("half");
		throw new Error("the client went away");
	}
	await expect(blobs.write(id, Readable.from(broken()), 5000)).rejects.toThrow("the client went away");
	expect(await filesOf(id)).toEqual([]);
});

test("removing takes the blob and what was begun of it, and minds nothing that is not there", async () => {
	const id = newId("file");
	await blobs.write(id, Readable.from([Buffer.from("x")]), 10);
	await writeFile(join(directory, "blobs", id.slice(-2), `${id}.partial`), "half");
	await blobs.remove(id);
	expect(await filesOf(id)).toEqual([]);
	await blobs.remove(id);
});

test("reading one that is not there is an error", async () => {
	await expect(buffer(blobs.read(newId("file")))).rejects.toThrow("ENOENT");
});

test("lists what is older than asked for, whole or begun, by its id", async () => {
	const store = createDiskBlobs(join(directory, "listed"));
	expect(await Array.fromAsync(store.list(0))).toEqual([]);
	const [old, young, begun] = [newId("file"), newId("file"), newId("file")];
	for (const id of [old, young, begun]) await store.write(id, Readable.from([Buffer.from("x")]), 10);
	const pathOf = (id: string) => join(directory, "listed", id.slice(-2), id);
	await writeFile(`${pathOf(begun)}.partial`, "half");
	const hourAgo = new Date(Date.now() - 3_600_000);
	for (const path of [pathOf(old), `${pathOf(begun)}.partial`]) await utimes(path, hourAgo, hourAgo);
	const listed = (await Array.fromAsync(store.list(60_000))).flat();
	expect(listed.toSorted()).toEqual([old, begun].toSorted());
});

test("lists many in batches, each once", async () => {
	const store = createDiskBlobs(join(directory, "many"));
	const ids = Array.from({ length: 520 }, () => newId("file"));
	await store.write(ids[0] as string, Readable.from([]), 1);
	await Promise.all(
		ids.slice(1).map((id) => writeFile(join(directory, "many", (ids[0] as string).slice(-2), id), "x")),
	);
	const batches = await Array.fromAsync(store.list(-1000));
	expect(batches.map((batch) => batch.length)).toEqual([500, 20]);
	expect(batches.flat().toSorted()).toEqual(ids.toSorted());
});
