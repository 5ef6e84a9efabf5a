import type OpenAI from "openai";
import type { Handle } from "../../src/db/handle.ts";
import type { LoadFile } from "./corpus.ts";

const BATCH = 50;

/** Every tenth file is in the same group, for filters that leave a tenth of all. */
export const GROUPS = 10;

/**
 * Uploads files into the store until it holds as many chunks as are wanted, and waits until all can be asked. Returns
 * questions that the files answer.
 */
export async function fill(
	client: OpenAI,
	storeId: string,
	files: Iterator<LoadFile>,
	wanted: number,
	countChunks: () => Promise<number>,
): Promise<string[]> {
	const questions: string[] = [];
	let chunksPerFile = 1_000;
	let uploaded = 0;
	for (let held = 0; held < wanted; held = await countChunks()) {
		const more = Math.min(BATCH, Math.ceil((wanted - held) / chunksPerFile));
		const attached: { file_id: string; attributes: { group: number } }[] = [];
		for (let place = 0; place < more; place++) {
			const { name, text, questions: asked } = files.next().value as LoadFile;
			const file = new File([text], name);
			const { id } = await client.files.create({ file, purpose: "assistants" });
			attached.push({ file_id: id, attributes: { group: (uploaded + place) % GROUPS } });
			questions.push(...asked);
		}
		const batch = await client.vectorStores.fileBatches.createAndPoll(
			storeId,
			{ files: attached },
			{ pollIntervalMs: 100 },
		);
		if (batch.file_counts.failed > 0) throw new Error(`${batch.file_counts.failed} files failed`);
		uploaded += more;
		chunksPerFile = Math.max(1, (await countChunks()) / uploaded);
	}
	return questions;
}

/** What the database says of a store's index. */
export type IndexFacts = { id: number; chunk_count: number; vector_index: string | null };

export async function indexFacts(db: Handle, storeId: string): Promise<IndexFacts> {
	const { rows } = await db.query<IndexFacts>(
		"SELECT id::int, chunk_count::int, vector_index FROM indexes WHERE vector_store_id = $1",
		[storeId],
	);
	return rows[0] as IndexFacts;
}

/** Until the index has settled: nothing of it waits for a job any more. */
export async function untilSettled(db: Handle, indexId: number): Promise<void> {
	for (let quiet = 0; quiet < 3; ) {
		const { rowCount } = await db.query(
			`SELECT FROM pgboss.job WHERE name IN ('settle-index', 'index-vectors') AND singleton_key = $1 AND state < 'completed'`,
			[String(indexId)],
		);
		quiet = rowCount === 0 ? quiet + 1 : 0;
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
}
