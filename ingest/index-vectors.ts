import type { Config } from "../src/config.ts";
import type { Database } from "../src/db/database.ts";
import { ExcerptError } from "../src/errors.ts";
import { isBeingBuilt } from "../src/store/index-files.ts";
import { getIndex, type IndexRow, lockIndex } from "../src/store/indexes.ts";
import {
	addVectorCodes,
	cancelBackend,
	createVectorIndex,
	dropVectorIndex,
	EXACT_UP_TO,
	getBackendPid,
	getVectorIndexState,
	setVectorIndex,
	tryLockVectorIndex,
	unlockVectorIndex,
} from "../src/store/vector-index.ts";
import type { Traffic } from "../src/traffic.ts";

/** Vectors that one transaction makes codes for; searches pass between two. */
const CODE_BATCH = 2_000;

/**
 * An index that is never left alone is given its vector index all the same, when it holds so many times the threshold. Not
 * sooner, because a first load is best indexed at its end: with 3, 200,000 chunks took longer from 60,000 on.
 */
const IMPATIENCE = 20;

/** True where the index has come to hold more vectors than are compared one by one, and no file is on its way into it. */
export async function wantsVectorIndex(db: Database, index: IndexRow): Promise<boolean> {
	const { vector_index, embedding_dimensions, chunk_count } = index;
	if (vector_index !== null || embedding_dimensions === null) return false;
	const limit = EXACT_UP_TO[vectorIndexKind(db.exclusive, embedding_dimensions)];
	if (chunk_count <= limit) return false;
	return chunk_count > IMPATIENCE * limit || !(await isBeingBuilt(db, index.id));
}

export type VectorIndexDeps = {
	db: Database;
	traffic: Traffic;
	config: Pick<Config, "VECTOR_INDEX_MEMORY_MB">;
};

/** Builds the index's vector index; safe to repeat and to interrupt, and in nobody's way while it lasts. */
export async function buildVectorIndex(deps: VectorIndexDeps, indexId: number, signal: AbortSignal): Promise<void> {
	const { db } = deps;
	const index = await getIndex(db, indexId);
	if (!index?.embedding_dimensions || !(await wantsVectorIndex(db, index))) return;
	const kind = vectorIndexKind(db.exclusive, index.embedding_dimensions);
	if (kind === "codes") await makeCodes(db, indexId, signal);
	else await buildHnsw(deps, index, signal);
}

/** The most dimensions that pgvector builds an HNSW index of halfvec over. */
const HNSW_DIMENSIONS = 4_000;

/** pgvector's HNSW on PGlite took 30 s for 5,000 vectors, and there is one connection for all. */
export function vectorIndexKind(embedded: boolean, dimensions: number): "hnsw" | "codes" {
	return embedded || dimensions > HNSW_DIMENSIONS ? "codes" : "hnsw";
}

async function makeCodes(db: Database, indexId: number, signal: AbortSignal): Promise<void> {
	let made = CODE_BATCH;
	while (made > 0 && !signal.aborted) {
		made = await db.transaction(async (tx) => {
			await lockIndex(tx, indexId);
			const added = await addVectorCodes(tx, indexId, CODE_BATCH);
			// Under the lock that writers take: whoever writes from here on makes codes too.
			if (added === 0) await setVectorIndex(tx, indexId, "codes");
			return added;
		});
	}
}

async function buildHnsw(
	{ db, traffic, config }: VectorIndexDeps,
	index: IndexRow,
	signal: AbortSignal,
): Promise<void> {
	await db.session(async (connection) => {
		// The connection of a worker that was killed goes on building, until it is done; it must not be built twice, and
		// waiting for it in a statement would keep it from ever being done.
		if (!(await tryLockVectorIndex(connection, index.id))) throw stillBuilt();
		const pid = await getBackendPid(connection);
		const cancel = () => void cancelBackend(db, pid).catch(() => {});
		signal.addEventListener("abort", cancel, { once: true });
		try {
			if ((await getVectorIndexState(connection, index.id)) === "broken") await dropVectorIndex(connection, index.id);
			if ((await getVectorIndexState(connection, index.id)) === "absent") {
				const dimensions = index.embedding_dimensions as number;
				const memoryMb = memoryFor(index, config.VECTOR_INDEX_MEMORY_MB);
				// Postgres' helpers take what cores there are; one process alone leaves the others to those who ask.
				await createVectorIndex(connection, index.id, { dimensions, memoryMb, alone: traffic.isBusy });
			}
			await setVectorIndex(connection, index.id, "hnsw");
			// Its store was deleted while it was built, and whoever clears away has been here before.
			if (!(await getIndex(connection, index.id))) await dropVectorIndex(connection, index.id);
		} finally {
			signal.removeEventListener("abort", cancel);
			await unlockVectorIndex(connection, index.id);
		}
	});
}

/** For many vectors that is minutes: more attempts than what cannot be explained is given. */
function stillBuilt(): ExcerptError {
	return new ExcerptError(
		"server_error",
		"Postgres is still building the vector index for another process, perhaps one that has ended; this goes on when it is done.",
		{ retryable: true },
	);
}

/** What the graph takes: a vector's two bytes a dimension and some 350 bytes of neighbours (m = 16), with room to grow. */
function memoryFor({ chunk_count, embedding_dimensions }: IndexRow, most: number): number {
	const bytes = 1.3 * chunk_count * (2 * (embedding_dimensions ?? 0) + 350);
	return Math.min(most, Math.max(64, Math.ceil(bytes / 2 ** 20)));
}
