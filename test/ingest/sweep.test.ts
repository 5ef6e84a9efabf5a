import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sweepLeftovers } from "../../ingest/sweep.ts";
import type { BlobStore } from "../../src/blobs/blob-store.ts";
import { createDiskBlobs } from "../../src/blobs/disk.ts";
import type { Database } from "../../src/db/database.ts";
import { openDatabase } from "../../src/db/open.ts";
import { newId } from "../../src/ids.ts";
import { compareSettings } from "../../src/jobs/compare-settings.ts";
import { ingestFile } from "../../src/jobs/ingest-file.ts";
import { type JobQueue, startQueue } from "../../src/jobs/queue.ts";
import { settleIndex } from "../../src/jobs/settle-index.ts";
import { sweep } from "../../src/jobs/sweep.ts";
import { createLog } from "../../src/log.ts";
import { attachToStore } from "../../src/operations/attach-files.ts";
import { createVectorStore } from "../../src/operations/create-vector-store.ts";
import { openInputFile } from "../../src/operations/open-input-file.ts";
import { queueComparison } from "../../src/operations/queue-comparison.ts";
import { findFiles, insertFile } from "../../src/store/files.ts";
import { insertHiddenIndex, isStillThere, revealIndex } from "../../src/store/hidden-indexes.ts";
import { insertBuild, queueAgain } from "../../src/store/index-builds.ts";
import { beginRevision } from "../../src/store/index-files.ts";
import { insertIndex } from "../../src/store/indexes.ts";
import { findInputFiles } from "../../src/store/input-files.ts";
import { appendEvents, readEvents } from "../../src/store/response-events.ts";
import { getResponse, insertResponse } from "../../src/store/responses.ts";
import { insertPart } from "../../src/store/upload-parts.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let directory: string;
let db: Database;
let blobs: BlobStore;
let queue: JobQueue;
beforeAll(async () => {
	database = await createTestDatabase();
	directory = join(database.settings.DATA_DIR, "blobs");
	db = await openDatabase(database.settings);
	blobs = createDiskBlobs(directory);
	queue = await startQueue(db, [ingestFile, settleIndex, sweep, compareSettings], createLog("silent"));
});
afterAll(async () => {
	await queue.stop();
	await db.close();
	await database.remove();
});

const TWO_HOURS_AGO = new Date(Date.now() - 2 * 60 * 60 * 1000);

async function writeBlob(id: string, { old }: { old: boolean }): Promise<void> {
	await blobs.write(id, Readable.from([Buffer.from("bytes")]), 100);
	if (old) await utimes(join(directory, id.slice(-2), id), TWO_HOURS_AGO, TWO_HOURS_AGO);
}

/** An upload that broke off with the process. */
async function writePartial(id: string): Promise<void> {
	const path = join(directory, id.slice(-2), `${id}.partial`);
	await mkdir(dirname(path), { recursive: true });
	await writeFile(path, "half");
	await utimes(path, TWO_HOURS_AGO, TWO_HOURS_AGO);
}

async function writeRow(id: string, expires_after_seconds: number | null = null): Promise<void> {
	const file = { id, project_id: "default", filename: "a.txt", purpose: "assistants", bytes: 5, sha256: "", csv: null };
	await insertFile(db, { ...file, expires_after_seconds });
}

async function stored(): Promise<string[]> {
	const names = await readdir(directory, { recursive: true, withFileTypes: true });
	return names.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
}

test("blobs that no file points to go, once their upload cannot be under way any more", async () => {
	const [orphan, fresh, begun, held] = [newId("file"), newId("file"), newId("file"), newId("file")];
	await writeBlob(orphan, { old: true });
	await writeBlob(fresh, { old: false });
	await writePartial(begun);
	await writeBlob(held, { old: true });
	await writeRow(held);
	await sweepLeftovers({ db, blobs, queue });
	expect((await stored()).toSorted()).toEqual([fresh, held].toSorted());
});

async function writeUpload(age: string, status = "pending"): Promise<string> {
	const id = newId("upload");
	await db.query(
		`INSERT INTO uploads (id, filename, purpose, bytes, status, created_at, expires_at)
		 VALUES ($1, 'a.txt', 'assistants', 5, $2, now() - $3::interval, now() - $3::interval + interval '1 hour')`,
		[id, status, age],
	);
	return id;
}

async function writePart(uploadId: string, part: { old: boolean }): Promise<string> {
	const id = newId("part");
	await writeBlob(id, part);
	await db.transaction((tx) => insertPart(tx, "default", { id, upload_id: uploadId, bytes: 5 }));
	return id;
}

test("parts go when their upload has expired and cannot be under completion any more; others stay", async () => {
	const [live, late, expired] = [
		await writeUpload("30 minutes"),
		await writeUpload("65 minutes"),
		await writeUpload("2 hours"),
	];
	const kept = [
		await writePart(live, { old: false }),
		await writePart(live, { old: true }),
		await writePart(late, { old: true }),
	];
	const gone = [await writePart(expired, { old: false }), await writePart(expired, { old: true })];
	// Written by a process that died before their rows were, or in the middle.
	const [orphan, begun] = [newId("part"), newId("part")];
	await writeBlob(orphan, { old: true });
	await writePartial(begun);
	await sweepLeftovers({ db, blobs, queue });

	const names = await stored();
	for (const id of kept) expect(names).toContain(id);
	for (const id of [...gone, orphan, begun, `${begun}.partial`]) expect(names).not.toContain(id);
	const { rows } = await db.query<{ id: string }>("SELECT id FROM upload_parts");
	expect(rows.map((row) => row.id).toSorted()).toEqual(kept.toSorted());
});

test("uploads are remembered for a day after their hour, however they ended", async () => {
	const [old, ended] = [await writeUpload("26 hours"), await writeUpload("26 hours", "completed")];
	await writePart(old, { old: true });
	const recent = [await writeUpload("24 hours"), await writeUpload("24 hours", "cancelled")];
	await sweepLeftovers({ db, blobs, queue });
	const { rows } = await db.query<{ id: string }>("SELECT id FROM uploads WHERE id = ANY($1::text[])", [
		[old, ended, ...recent],
	]);
	expect(rows.map((row) => row.id).toSorted()).toEqual(recent.toSorted());
});

test("an expired file goes with its bytes, its documents and its places in stores; others stay", async () => {
	const [expired, lasting] = [newId("file"), newId("file")];
	for (const id of [expired, lasting]) {
		await writeBlob(id, { old: true });
		await writeRow(id, 3600);
	}
	const store = { project_id: "default", name: "s", description: null, metadata: {}, expires_after_days: null };
	const storeId = await db.transaction((tx) =>
		createVectorStore(tx, { ...store, chunking_strategy: { type: "auto" }, embedding_model: null }),
	);
	await db.transaction((tx) =>
		attachToStore(tx, queue, "default", storeId, [{ file_id: expired }, { file_id: lasting }]),
	);
	await db.query("UPDATE files SET expires_at = now() - interval '1 second' WHERE id = $1", [expired]);
	await sweepLeftovers({ db, blobs, queue });

	const { rows } = await db.query<{ file_id: string }>(
		"SELECT f.id AS file_id FROM files f JOIN vector_store_files s ON s.file_id = f.id WHERE s.vector_store_id = $1",
		[storeId],
	);
	expect(rows.map((row) => row.file_id)).toEqual([lasting]);
	expect(await stored()).toContain(lasting);
	expect(await stored()).not.toContain(expired);
	const jobs = await db.query(
		`SELECT FROM pgboss.job j JOIN indexes i ON j.singleton_key = i.id::text
		 WHERE j.name = 'settle-index' AND i.vector_store_id = $1`,
		[storeId],
	);
	expect(jobs.rows).toHaveLength(1);
});

test("sweeping what is clean changes nothing", async () => {
	const before = await stored();
	await sweepLeftovers({ db, blobs, queue });
	expect(await stored()).toEqual(before);
});

test("documents that a parser began and left go after a day, but not while an ingestion is at work on them", async () => {
	const file = newId("file");
	await writeRow(file);
	const [left, underWay, fresh] = [newId("document"), newId("document"), newId("document")];
	for (const [id, age] of [
		[left, "2 days"],
		[underWay, "2 days"],
		[fresh, "1 hour"],
	]) {
		await db.query("INSERT INTO documents (id, file_id, created_at) VALUES ($1, $2, now() - $3::interval)", [
			id,
			file,
			age,
		]);
	}
	const index = await insertIndex(db, {
		public_id: newId("index"),
		project_id: "default",
		vector_store_id: newId("vector_store"),
		chunking_strategy: { type: "auto" },
		embedding_model: null,
	});
	await beginRevision(db, index, { file_id: file, document_id: underWay, name_lexemes: "" });
	await sweepLeftovers({ db, blobs, queue });
	const { rows } = await db.query<{ id: string }>("SELECT id FROM documents WHERE file_id = $1", [file]);
	expect(rows.map(({ id }) => id).toSorted()).toEqual([underWay, fresh].toSorted());
});

test("stores of inputs' files go when nothing has asked them for a week; the files stay", async () => {
	const [idle, used] = [newId("file"), newId("file")];
	for (const id of [idle, used]) {
		await writeBlob(id, { old: false });
		await writeRow(id);
		await db.transaction((tx) => openInputFile(tx, queue, "default", id, null));
	}
	await db.query("UPDATE vector_stores SET last_active_at = now() - interval '8 days' WHERE input_file_id = $1", [
		idle,
	]);
	await sweepLeftovers({ db, blobs, queue });
	const left = await findInputFiles(db, "default", [idle, used]);
	expect(left.map(({ file_id }) => file_id)).toEqual([used]);
	expect(await findFiles(db, "default", [idle])).toHaveLength(1);
});

test("events of background responses go a day after they were created, but not before the response has ended", async () => {
	const response = async (status: string, age: string) => {
		const id = newId("response");
		const row = { id, project_id: "default", previous_response_id: null, input: [], receipt: null };
		await insertResponse(db, { ...row, body: { id, output: [], status: "queued" }, request: {}, streamed: true });
		await appendEvents(db, { id, run: 0 }, [{ type: "response.created", sequence_number: 0 }]);
		await db.query(
			"UPDATE responses SET body = jsonb_set(body, '{status}', $2), created_at = now() - $3::interval WHERE id = $1",
			[id, JSON.stringify(status), age],
		);
		return id;
	};
	const kept = [await response("in_progress", "25 hours"), await response("completed", "23 hours")];
	const gone = [await response("failed", "25 hours"), await response("cancelled", "25 hours")];
	await sweepLeftovers({ db, blobs, queue });
	for (const [ids, events] of [
		[kept, 1],
		[gone, 0],
	] as const) {
		for (const id of ids) {
			expect((await readEvents(db, "default", id, -1))?.events).toHaveLength(events);
			expect((await getResponse(db, "default", id))?.streamed).toBe(events > 0);
		}
	}
});

const settings = { chunking_strategy: { type: "auto" as const }, embedding_model: null };

function writeStore(): Promise<string> {
	return db.transaction((tx) =>
		createVectorStore(tx, {
			...settings,
			project_id: "default",
			name: "",
			description: null,
			metadata: {},
			expires_after_days: null,
		}),
	);
}

/** An index of a comparison that ended so, and so long ago. */
async function writeHidden(store: string, status: string, age: string): Promise<{ id: string; index: number }> {
	const comparison = { settings: [], questions: [], generate: null, model: null, sample_files: null };
	const id = await db.transaction((tx) =>
		queueComparison(tx, queue, { ...comparison, project_id: "default", vector_store_id: store }),
	);
	const index = await insertHiddenIndex(db, id, { ...settings, public_id: newId("index") });
	await db.query("UPDATE comparisons SET status = $2, ended_at = now() - $3::interval WHERE id = $1", [
		id,
		status,
		age,
	]);
	return { id, index: index as number };
}

test("indexes that were built to be compared go a week after that, or with a comparison that came to nothing", async () => {
	const store = await writeStore();
	const hidden = (status: string, age: string) => writeHidden(store, status, age);
	const kept = [await hidden("completed", "6 days"), await hidden("in_progress", "8 days")];
	const gone = [await hidden("completed", "8 days"), await hidden("failed", "1 minute")];
	const deleted = await hidden("completed", "1 minute");
	await db.query("DELETE FROM comparisons WHERE id = $1", [deleted.id]);
	await sweepLeftovers({ db, blobs, queue });
	const left = await Promise.all([...kept, ...gone, deleted].map(({ index }) => isStillThere(db, index)));
	expect(left).toEqual([true, true, false, false, false]);
	// Ended comparisons get no index any more, also where their worker has not heard of it.
	expect(
		await insertHiddenIndex(db, gone[1]?.id as string, { ...settings, public_id: newId("index") }),
	).toBeUndefined();
});

/** An index that its store answered from yesterday, of which none is kept. */
async function writeFormer(store: string): Promise<number> {
	const index = { ...settings, public_id: newId("index"), project_id: "default", vector_store_id: store };
	const id = await insertBuild(db, { ...index, activate: "manual", keep: 0 });
	await db.query("UPDATE indexes SET keep = 0 WHERE vector_store_id = $1", [store]);
	await db.query(
		"UPDATE indexes SET status = 'retired', activated_at = now() - interval '1 day', ended_at = now() - interval '1 day' WHERE id = $1",
		[id],
	);
	return id;
}

test("an index that is activated when the sweep has found it, and waits to be brought up to date, stays", async () => {
	// Of two stores: one has one build at a time.
	const former = await writeFormer(await writeStore());
	const { index: compared } = await writeHidden(await writeStore(), "completed", "8 days");
	let activated = false;
	const transaction: Database["transaction"] = async (work) => {
		if (!activated) {
			activated = true;
			await queueAgain(db, former);
			await revealIndex(db, compared);
		}
		return db.transaction(work);
	};
	await sweepLeftovers({ db: { ...db, transaction }, blobs, queue });
	expect(activated).toBe(true);
	expect([await isStillThere(db, former), await isStillThere(db, compared)]).toEqual([true, true]);
});
