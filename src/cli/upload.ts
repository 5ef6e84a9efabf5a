import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import type OpenAI from "openai";
import { ExcerptError, messageOf } from "../errors.ts";
import { describeProgress } from "./describe-progress.ts";
import { createProgress } from "./progress.ts";

export type Outcome = { uploaded: number; unchanged: number; failed: { filename: string; message: string }[] };

type LocalFile = { path: string; bytes: number; sha256: string };

const POLL_MS = 250;

/**
 * Uploads what the store does not hold yet, by name and content, and waits until all of it has ended. The name and the
 * content's hash are kept as the file's attributes `path` and `sha256`.
 */
export async function uploadAndIngest(client: OpenAI, storeId: string, paths: string[]): Promise<Outcome> {
	const files = await describeFiles(paths);
	const held = await heldFiles(client, storeId);
	const missing = files.filter(({ path, sha256 }) => !held.has(`${storedPath(path)}\n${sha256}`));
	const progress = createProgress(missing.length);
	const failed: Outcome["failed"] = [];
	const waiting = new Map<string, string>();
	for (const { path, sha256 } of missing) {
		try {
			progress.show(waiting.size, `${basename(path)}: upload`);
			const file = await client.files.create({ file: createReadStream(path), purpose: "assistants" });
			await client.vectorStores.files.create(storeId, {
				file_id: file.id,
				attributes: { path: storedPath(path), sha256 },
			});
			waiting.set(file.id, path);
		} catch (error) {
			failed.push({ filename: path, message: messageOf(error) });
		}
	}
	failed.push(...(await waitForAll(client, storeId, waiting, progress)));
	progress.end();
	return { uploaded: missing.length, unchanged: files.length - missing.length, failed };
}

async function waitForAll(
	client: OpenAI,
	storeId: string,
	waiting: Map<string, string>,
	progress: ReturnType<typeof createProgress>,
) {
	const failed: Outcome["failed"] = [];
	const total = waiting.size;
	while (waiting.size > 0) {
		let fraction = 0;
		let busiest = "";
		for (const [id, path] of [...waiting]) {
			const file = await client.vectorStores.files.retrieve(id, { vector_store_id: storeId });
			if (file.status === "in_progress") {
				const { done, what } = describeProgress(file);
				fraction += done;
				if (what) busiest = `${basename(path)}: ${what}`;
				continue;
			}
			waiting.delete(id);
			if (file.status !== "completed")
				failed.push({ filename: path, message: file.last_error?.message ?? `was ${file.status}` });
		}
		progress.show(total - waiting.size + fraction, busiest);
		if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
	return failed;
}

/** An attribute holds 512 characters; of a longer path the end says more. */
function storedPath(path: string): string {
	return path.slice(-512);
}

async function heldFiles(client: OpenAI, storeId: string): Promise<Set<string>> {
	const held = new Set<string>();
	for await (const file of client.vectorStores.files.list(storeId, { limit: 100 })) {
		if (file.status === "completed" || file.status === "in_progress")
			held.add(`${file.attributes?.path}\n${file.attributes?.sha256}`);
	}
	return held;
}

async function describeFiles(paths: string[]): Promise<LocalFile[]> {
	const files: LocalFile[] = [];
	for (const path of paths) {
		for (const found of await filesUnder(normalize(path))) {
			const hash = createHash("sha256");
			await pipeline(createReadStream(found), hash);
			files.push({ path: found, bytes: (await stat(found)).size, sha256: hash.digest("hex") });
		}
	}
	return files;
}

/** The file itself, or all files of a folder and its folders but hidden ones. */
async function filesUnder(path: string): Promise<string[]> {
	const entry = await stat(path).catch(() => undefined);
	if (!entry) throw new ExcerptError("not_found", `There is no file or folder '${path}'.`);
	if (!entry.isDirectory()) return [path];
	const names = (await readdir(path)).filter((name) => !name.startsWith(".")).sort();
	return (await Promise.all(names.map((name) => filesUnder(join(path, name))))).flat();
}
