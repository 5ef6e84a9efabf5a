import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, opendir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ExcerptError } from "../errors.ts";
import type { BlobStore } from "./blob-store.ts";

const LIST_BATCH = 500;

/** Blobs as files of one folder, spread over 256 subfolders by the end of their id. */
export function createDiskBlobs(directory: string): BlobStore {
	const folderOf = (id: string) => join(directory, id.slice(-2));
	const pathOf = (id: string) => join(folderOf(id), id);

	return {
		async write(id, bytes, maxBytes) {
			await mkdir(folderOf(id), { recursive: true });
			const partial = `${pathOf(id)}.partial`;
			const hash = createHash("sha256");
			let size = 0;
			const measure = new Transform({
				transform(piece: Buffer, _encoding, done) {
					size += piece.length;
					if (size > maxBytes) return done(tooLarge(maxBytes));
					hash.update(piece);
					done(null, piece);
				},
			});
			try {
				await pipeline(bytes, measure, createWriteStream(partial, { flush: true }));
				await rename(partial, pathOf(id));
				await syncDirectory(folderOf(id));
			} catch (error) {
				await rm(partial, { force: true });
				throw error;
			}
			return { bytes: size, sha256: hash.digest("hex") };
		},
		read: (id) => createReadStream(pathOf(id)),
		openLocal: async (id) => ({ path: pathOf(id), close: async () => {} }),
		async remove(id) {
			await rm(pathOf(id), { force: true });
			await rm(`${pathOf(id)}.partial`, { force: true });
		},
		async *list(olderThanMs) {
			const before = Date.now() - olderThanMs;
			const batch: string[] = [];
			for await (const path of walk(directory)) {
				const changed = (await stat(path).catch(() => undefined))?.mtimeMs;
				if (changed === undefined || changed > before) continue;
				batch.push(basename(path, ".partial"));
				if (batch.length === LIST_BATCH) yield batch.splice(0);
			}
			if (batch.length > 0) yield batch;
		},
	};
}

async function* walk(directory: string): AsyncGenerator<string> {
	const folder = await opendir(directory).catch(() => undefined);
	if (!folder) return;
	for await (const entry of folder) {
		const path = join(directory, entry.name);
		if (entry.isDirectory()) yield* walk(path);
		else yield path;
	}
}

/** A rename is durable once its folder is; systems that cannot sync a folder do it by themselves. */
async function syncDirectory(path: string): Promise<void> {
	const handle = await open(path, "r").catch(() => undefined);
	await handle?.sync().catch(() => {});
	await handle?.close();
}

function tooLarge(maxBytes: number): ExcerptError {
	return new ExcerptError(
		"file_too_large",
		`The file is larger than ${maxBytes} bytes, the most this server takes. Split it, or raise MAX_FILE_BYTES.`,
		{ param: "file" },
	);
}
