import type { ChunkingStrategy } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";
import { newId } from "../ids.ts";
import { insertIndex } from "../store/indexes.ts";
import { insertVectorStore, type NewVectorStore } from "../store/vector-stores.ts";

export type StoreToCreate = Pick<
	NewVectorStore,
	"project_id" | "name" | "description" | "metadata" | "expires_after_days"
> & {
	chunking_strategy: ChunkingStrategy;
	embedding_model: string | null;
	/** Made for this file of an input alone. */
	input_file_id?: string;
};

/** A store and its first index, which it answers from. Returns the store's id. */
export async function createVectorStore(tx: Handle, store: StoreToCreate): Promise<string> {
	const { chunking_strategy, embedding_model, input_file_id = null, ...rest } = store;
	const id = newId("vector_store");
	const active_index_id = await insertIndex(tx, {
		public_id: newId("index"),
		project_id: store.project_id,
		vector_store_id: id,
		chunking_strategy,
		embedding_model,
	});
	await insertVectorStore(tx, { ...rest, id, active_index_id, input_file_id });
	return id;
}
