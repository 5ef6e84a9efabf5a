import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { BlobStore } from "../blobs/blob-store.ts";
import type { Database } from "../db/database.ts";
import { ExcerptError, notFound } from "../errors.ts";
import { newId } from "../ids.ts";
import { type FileRow, getFile, insertFile } from "../store/files.ts";
import { deleteParts, listParts } from "../store/upload-parts.ts";
import { completeUpload, getUpload, lockUpload, type UploadRow } from "../store/uploads.ts";
import { requirePending } from "./require-pending.ts";

type Deps = { db: Database; blobs: BlobStore };
type Completed = { upload: UploadRow; file: FileRow | null };

/**
 * Makes a file of the parts, in the order given. The bytes are there before the rows say so; a crash in between leaves the
 * upload pending, and bytes for the sweep. Completing again with the same parts answers the same: clients repeat calls.
 * Throws 404 for an unknown upload or part, 400 where the bytes or the MD5 are not those announced.
 */
export async function completeUploadOf(
	deps: Deps,
	projectId: string,
	id: string,
	asked: { part_ids: string[]; md5?: string | null },
): Promise<Completed> {
	const upload = await getUpload(deps.db, projectId, id);
	const done = await completedBefore(deps.db, projectId, upload, asked.part_ids);
	if (done) return done;
	requirePending(upload, id);
	await requireParts(deps.db, projectId, upload, asked.part_ids);

	const fileId = newId("file");
	try {
		const { md5, ...written } = await join(deps.blobs, fileId, asked.part_ids, upload.bytes);
		if (asked.md5 && asked.md5.toLowerCase() !== md5) throw wrongMd5(asked.md5, md5);
		const { file, parts } = await deps.db.transaction(async (tx) => {
			const row = await lockUpload(tx, projectId, id);
			// An upload that began to be completed in time may end so.
			requirePending(row?.status === "expired" ? { ...row, status: "pending" } : row, id);
			await completeUpload(tx, projectId, id, { file_id: fileId, part_ids: asked.part_ids });
			const file = await insertFile(tx, {
				id: fileId,
				project_id: projectId,
				filename: upload.filename,
				purpose: upload.purpose,
				...written,
				csv: null,
				expires_after_seconds: upload.file_expires_after_seconds,
			});
			return { file, parts: await deleteParts(tx, projectId, id) };
		});
		for (const part of parts) await deps.blobs.remove(part);
		return { upload: { ...upload, status: "completed", file_id: fileId }, file };
	} catch (error) {
		await removeUnlessKept(deps, projectId, fileId);
		// Another call may have been faster, and have taken the parts away while this one read them.
		const now = await getUpload(deps.db, projectId, id);
		const done = await completedBefore(deps.db, projectId, now, asked.part_ids);
		if (done) return done;
		if (!(error instanceof ExcerptError)) requirePending(now, id);
		throw error;
	}
}

async function completedBefore(
	db: Database,
	projectId: string,
	upload: UploadRow | undefined,
	partIds: string[],
): Promise<Completed | undefined> {
	if (upload?.status !== "completed" || JSON.stringify(upload.part_ids) !== JSON.stringify(partIds)) return undefined;
	return { upload, file: (await getFile(db, projectId, upload.file_id as string)) ?? null };
}

async function requireParts(db: Database, projectId: string, upload: UploadRow, partIds: string[]): Promise<void> {
	const sizes = new Map((await listParts(db, projectId, upload.id)).map((part) => [part.id, part.bytes]));
	let sum = 0;
	for (const [place, id] of partIds.entries()) {
		const bytes = sizes.get(id);
		if (bytes === undefined) throw notFound(`No part with id '${id}' in upload '${upload.id}'.`, `part_ids[${place}]`);
		sum += bytes;
	}
	if (sum === upload.bytes) return;
	throw new ExcerptError(
		"invalid_value",
		`The parts come to ${sum} bytes, the upload was created for ${upload.bytes}. Name all of them, each once, or send those that are missing.`,
		{ param: "part_ids" },
	);
}

/** Writes the parts' bytes one after the other as one blob. */
async function join(blobs: BlobStore, fileId: string, partIds: string[], bytes: number) {
	const md5 = createHash("md5");
	async function* pieces() {
		for (const id of partIds) {
			for await (const piece of blobs.read(id)) {
				md5.update(piece);
				yield piece;
			}
		}
	}
	const written = await blobs.write(fileId, Readable.from(pieces(), { objectMode: false }), bytes);
	return { ...written, md5: md5.digest("hex") };
}

/** An error may come after the rows were committed: then the bytes are the file's. */
async function removeUnlessKept({ db, blobs }: Deps, projectId: string, fileId: string): Promise<void> {
	if (!(await getFile(db, projectId, fileId))) await blobs.remove(fileId);
}

function wrongMd5(given: string, md5: string): ExcerptError {
	return new ExcerptError(
		"invalid_value",
		`The MD5 of what was uploaded is ${md5}, not ${given}. Upload the parts that differ again, or name them in their right order.`,
		{ param: "md5" },
	);
}
