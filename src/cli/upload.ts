import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type OpenAI from "openai";
import type { VectorStoreFile } from "openai/resources/vector-stores/files";
import { messageOf } from "../errors.ts";
import { describeProgress } from "./describe-progress.ts";
import { attributesOf, findHeldFiles, removeReplaced } from "./held-files.ts";
import type { LocalFile } from "./local-files.ts";
import { createProgress, type IngestProgress } from "./progress.ts";

export type Outcome = {
	/** What was uploaded now, or was there but not ingested yet. */
	taken: number;
	unchanged: number;
	/** Of those taken, what had not ended when the signal came. */
	unfinished: number;
	failed: { filename: string; message: string }[];
	/** What the store now has of the files, those that failed with it, by their paths. */
	ids: Map<string, string>;
};

type Options = { progress?: IngestProgress; signal?: AbortSignal };

const POLL_MS = 250;

/**
 * Uploads what the store does not hold yet, by name, content and CSV options, and waits until all of it, and what is held
 * but still being ingested, has ended or the signal comes. Name, content and options are kept as the file's attributes `path`, `sha256` and `csv`. A file that is held with other options
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
	const waiting = new Map<string, LocalFile>();
	const ids = new Map<string, string>();
	for (const file of files) {
		const { current } = heldOf(file);
		if (current) ids.set(file.path, current.id);
		else missing.push(file);
		// Whoever uploaded it was stopped, or is at it still.
		if (current?.inProgress) waiting.set(current.id, file);
	}
	const taken = missing.length + waiting.size;
	const progress = given ?? createProgress(taken);
	const failed: Outcome["failed"] = [];
	for (const [place, file] of missing.entries()) {
		if (signal?.aborted) break;
		try {
			progress.show(0, `uploading ${place + 1}/${missing.length}: ${basename(file.path)}`);
			const id = await upload(client, storeId, file);
			waiting.set(id, file);
			ids.set(file.path, id);
		} catch (error) {
			failed.push({ filename: file.path, message: messageOf(error) });
		}
	}
	const ended = await waitForAll(client, storeId, waiting, { progress, taken, signal });
	for (const file of ended.completed) {
		for (const id of heldOf(file).ids) if (id !== ids.get(file.path)) await removeReplaced(client, storeId, id);
	}
	progress.end();
	failed.push(...ended.failed);
	const unfinished = taken - ended.completed.length - failed.length;
	return { taken, unchanged: files.length - taken, unfinished, failed, ids };
}

/** Uploads a file and attaches it to the store; returns its id. */
async function upload(client: OpenAI, storeId: string, file: LocalFile): Promise<string> {
	const body = { file: createReadStream(file.path), purpose: "assistants", ...(file.csv && { csv: file.csv }) };
	const { id } = await client.files.create(body as OpenAI.FileCreateParams);
	await client.vectorStores.files.create(storeId, { file_id: id, attributes: attributesOf(file) });
	return id;
}

/** Waits for the files, and takes out of `waiting` what has ended. `taken` is how many the progress is of. */
async function waitForAll(
	client: OpenAI,
	storeId: string,
	waiting: Map<string, LocalFile>,
	{ progress, taken, signal }: { progress: IngestProgress; taken: number; signal: AbortSignal | undefined },
) {
	const failed: Outcome["failed"] = [];
	const completed: LocalFile[] = [];
	while (waiting.size > 0 && !signal?.aborted) {
		let fraction = 0;
		let busiest = "";
		const underWay = await findUnderWay(client, storeId);
		for (const [id, local] of [...waiting]) {
			const file = underWay.get(id) ?? (await client.vectorStores.files.retrieve(id, { vector_store_id: storeId }));
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
		progress.show(taken - waiting.size + fraction, busiest);
		if (waiting.size > 0) await sleep(POLL_MS, undefined, { signal }).catch(() => {});
	}
	return { completed, failed };
}

/** What a store is still ingesting, by its ids: a page of a hundred costs what one file does. */
async function findUnderWay(client: OpenAI, storeId: string): Promise<Map<string, VectorStoreFile>> {
	const found = new Map<string, VectorStoreFile>();
	for await (const file of client.vectorStores.files.list(storeId, { filter: "in_progress", limit: 100 })) {
		found.set(file.id, file);
	}
	return found;
}
