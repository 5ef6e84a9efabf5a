import { createReadStream } from "node:fs";
import { basename } from "node:path";
import type OpenAI from "openai";
import { messageOf } from "../errors.ts";
import { describeProgress } from "./describe-progress.ts";
import { attributesOf, findHeldFiles, removeReplaced } from "./held-files.ts";
import type { LocalFile } from "./local-files.ts";
import { createProgress, type IngestProgress } from "./progress.ts";

export type Outcome = {
	uploaded: number;
	unchanged: number;
	failed: { filename: string; message: string }[];
	/** What the store now has of the files, those that failed with it, by their paths. */
	ids: Map<string, string>;
};

type Options = { progress?: IngestProgress; signal?: AbortSignal };

const POLL_MS = 250;

/**
 * Uploads what the store does not hold yet, by name, content and CSV options, and waits until all of it has ended or the
 * signal comes. They are kept as the file's attributes `path`, `sha256` and `csv`. A file that is held with other options
 * is replaced once the new one is whole.
 */
export async function ingestFiles(
	client: OpenAI,
	storeId: string,
	files: LocalFile[],
	{ progress: given, signal }: Options = {},
): Promise<Outcome> {
	const heldOf = await findHeldFiles(client, storeId);
	const missing: LocalFile[] = [];
	const ids = new Map<string, string>();
	for (const file of files) {
		const { current } = heldOf(file);
		if (current === undefined) missing.push(file);
		else ids.set(file.path, current);
	}
	const progress = given ?? createProgress(missing.length);
	const failed: Outcome["failed"] = [];
	const waiting = new Map<string, LocalFile>();
	for (const file of missing) {
		if (signal?.aborted) break;
		try {
			progress.show(waiting.size, `${basename(file.path)}: upload`);
			const id = await upload(client, storeId, file);
			waiting.set(id, file);
			ids.set(file.path, id);
		} catch (error) {
			failed.push({ filename: file.path, message: messageOf(error) });
		}
	}
	const ended = await waitForAll(client, storeId, waiting, progress, signal);
	for (const file of ended.completed) {
		for (const id of heldOf(file).ids) await removeReplaced(client, storeId, id);
	}
	progress.end();
	failed.push(...ended.failed);
	return { uploaded: missing.length, unchanged: files.length - missing.length, failed, ids };
}

/** Uploads a file and attaches it to the store; returns its id. */
async function upload(client: OpenAI, storeId: string, file: LocalFile): Promise<string> {
	const body = { file: createReadStream(file.path), purpose: "assistants", ...(file.csv && { csv: file.csv }) };
	const { id } = await client.files.create(body as OpenAI.FileCreateParams);
	await client.vectorStores.files.create(storeId, { file_id: id, attributes: attributesOf(file) });
	return id;
}

async function waitForAll(
	client: OpenAI,
	storeId: string,
	waiting: Map<string, LocalFile>,
	progress: IngestProgress,
	signal: AbortSignal | undefined,
) {
	const failed: Outcome["failed"] = [];
	const completed: LocalFile[] = [];
	const total = waiting.size;
	while (waiting.size > 0 && !signal?.aborted) {
		let fraction = 0;
		let busiest = "";
		for (const [id, local] of [...waiting]) {
			const file = await client.vectorStores.files.retrieve(id, { vector_store_id: storeId });
			if (file.status === "in_progress") {
				const { done, what, waitingFor } = describeProgress(file);
				fraction += done;
				if (waitingFor) progress.waits(basename(local.path), waitingFor);
				if (what) busiest = `${basename(local.path)}: ${what}`;
				continue;
			}
			waiting.delete(id);
			if (file.status === "completed") completed.push(local);
			else failed.push({ filename: local.path, message: file.last_error?.message ?? `was ${file.status}` });
		}
		progress.show(total - waiting.size + fraction, busiest);
		if (waiting.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
	return { completed, failed };
}
