import type OpenAI from "openai";
import type { Running } from "../search/excerpt.ts";

const BATCH = 50;

export type StoredFile = { id: string; name: string; text: string };

/**
 * What is done where there is no re-index: every file of the store is deleted, uploaded again and attached with the new
 * settings. Returns the seconds until all of them can be asked.
 */
export async function uploadAgain(
	running: Running,
	storeId: string,
	files: StoredFile[],
	chunking_strategy: object,
): Promise<number> {
	const { client } = running;
	const started = performance.now();
	for (const { id } of files) await client.files.delete(id);
	for (let from = 0; from < files.length; from += BATCH) {
		const file_ids: string[] = [];
		for (const { name, text } of files.slice(from, from + BATCH)) {
			const { id } = await client.files.create({ file: new File([text], name), purpose: "assistants" });
			file_ids.push(id);
		}
		const params = { file_ids, chunking_strategy } as OpenAI.VectorStores.FileBatchCreateParams;
		const batch = await client.vectorStores.fileBatches.createAndPoll(storeId, params, { pollIntervalMs: 100 });
		if (batch.file_counts.failed > 0) throw new Error(`${batch.file_counts.failed} files failed`);
	}
	return (performance.now() - started) / 1000;
}
