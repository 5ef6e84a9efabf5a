import type { Database } from "../src/db/database.ts";
import { ExcerptError } from "../src/errors.ts";
import { termWeight } from "../src/lexical/bm25.ts";
import type { TermCounts } from "../src/lexical/lexemes.ts";
import { sparseVector } from "../src/lexical/sparse-vector.ts";
import { insertChunks } from "../src/store/chunks.ts";
import { addTerms, countTerms } from "../src/store/index-terms.ts";
import {
	addIndexLanguages,
	addToIndexStatistics,
	type IndexRow,
	lockIndex,
	setIndexDimensions,
	setIndexWeighing,
} from "../src/store/indexes.ts";
import type { PreparedChunk } from "./prepare.ts";

export type Place = { index_id: number; file_id: string; revision: number };

/** Writes a batch of chunks with their terms, weights and vectors; in one transaction with the index's statistics. */
export async function writeBatch(
	db: Database,
	place: Place,
	chunks: PreparedChunk[],
	firstOrdinal: number,
): Promise<void> {
	const length = chunks.reduce((sum, { terms }) => sum + terms.length, 0);
	await db.requireRoom();
	await db.transaction(async (tx) => {
		const index = await lockIndex(tx, place.index_id);
		if (!index) throw new ExcerptError("not_found", `The index ${place.index_id} was removed.`);
		const dimensions = dimensionsOf(index, chunks);
		const df = documentFrequencies(chunks);
		const ids = index.complete ? await countTerms(tx, index.id, df) : await addTerms(tx, index.id, [...df.keys()]);
		const weighedAt = index.weighed_at ?? Math.max(1, length / chunks.length);
		const embedded = await insertChunks(
			tx,
			place,
			chunks.map(({ terms, ...chunk }, i) => ({
				...chunk,
				ordinal: firstOrdinal + i,
				length: terms.length,
				weights: weightsOf(terms, ids, weighedAt),
			})),
		);
		if (embedded < chunks.filter(({ vector }) => vector).length) {
			throw new Error("chunks whose vectors were to be copied were removed meanwhile");
		}
		await addToIndexStatistics(tx, index.id, chunks.length, length);
		const fresh = new Set(chunks.map(({ language }) => language)).difference(new Set(index.languages));
		if (fresh.size > 0) await addIndexLanguages(tx, index.id, [...fresh]);
		if (index.weighed_at === null) await setIndexWeighing(tx, index.id, weighedAt, null);
		if (dimensions !== null && index.embedding_dimensions === null) await setIndexDimensions(tx, index.id, dimensions);
	});
}

/** A chunk's BM25 weights at the places of its terms. */
export function weightsOf({ counts, length }: TermCounts, ids: Map<string, number>, averageLength: number): string {
	const weights = new Map<number, number>();
	const weightOf = (tf: number) => {
		const known = weights.get(tf) ?? termWeight(tf, length, averageLength);
		weights.set(tf, known);
		return known;
	};
	return sparseVector([...counts].map(([term, tf]) => [ids.get(term) as number, weightOf(tf)]));
}

/** In how many of the chunks each term occurs. */
function documentFrequencies(chunks: PreparedChunk[]): Map<string, number> {
	const df = new Map<string, number>();
	for (const { terms } of chunks) for (const term of terms.counts.keys()) df.set(term, (df.get(term) ?? 0) + 1);
	return df;
}

/** Of the index's vectors. Throws where a model that was swapped behind its name sends what compares to nothing we have. */
function dimensionsOf(index: IndexRow, chunks: PreparedChunk[]): number | null {
	const sizes = new Set(chunks.flatMap(({ vector }) => (vector ? [vector.dimensions] : [])));
	if (index.embedding_dimensions !== null) sizes.add(index.embedding_dimensions);
	if (sizes.size > 1) {
		throw new ExcerptError(
			"upstream_error",
			`The embedding server sent vectors of ${[...sizes].join(" and ")} dimensions; an index holds one kind. Check EMBEDDING_MODEL and EMBEDDING_DIMENSIONS.`,
		);
	}
	return [...sizes][0] ?? null;
}
