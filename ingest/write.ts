import { createHash } from "node:crypto";
import type { Database } from "../src/db/database.ts";
import { ExcerptError } from "../src/errors.ts";
import { termWeight } from "../src/lexical/bm25.ts";
import { fold } from "../src/lexical/fold.ts";
import { countLexemes, type TermCounts } from "../src/lexical/lexemes.ts";
import { searchable } from "../src/lexical/searchable.ts";
import { sparseVector } from "../src/lexical/sparse-vector.ts";
import { insertChunks } from "../src/store/chunks.ts";
import { analyseTexts, countTerms } from "../src/store/index-terms.ts";
import {
	addIndexLanguages,
	addToIndexStatistics,
	type IndexRow,
	lockIndex,
	setIndexDimensions,
	setIndexWeighing,
} from "../src/store/indexes.ts";
import { type EmbeddedBatch, embeddableText } from "./embed.ts";
import { languageOfChunk } from "./language.ts";

export type Place = { index_id: number; file_id: string; revision: number };

/** Writes a batch of chunks with their terms, weights and vectors; in one transaction with the index's statistics. */
export async function writeBatch(
	db: Database,
	index: { id: number },
	documentLanguage: string,
	place: Place,
	{ chunks, embeddings }: EmbeddedBatch,
	firstOrdinal: number,
): Promise<void> {
	const texts = chunks.map(embeddableText);
	const languages = await Promise.all(chunks.map(({ text }) => languageOfChunk(text, documentLanguage)));
	const analysed = await analyseTexts(
		db,
		texts.map((text, i) => ({ language: languages[i] as string, searchable: searchable(text) })),
	);
	const lexemes = analysed.map(fold);
	const counted = lexemes.map(countLexemes);
	const length = counted.reduce((sum, { length }) => sum + length, 0);

	await db.transaction(async (tx) => {
		const locked = await lockIndex(tx, index.id);
		if (!locked) throw new ExcerptError("not_found", `The index ${index.id} was removed.`);
		checkDimensions(locked, embeddings);
		const ids = await countTerms(tx, index.id, documentFrequencies(counted));
		const weighedAt = locked.weighed_at ?? Math.max(1, length / chunks.length);
		await insertChunks(
			tx,
			place,
			chunks.map((chunk, i) => ({
				...chunk,
				ordinal: firstOrdinal + i,
				content_hash: createHash("sha256")
					.update(texts[i] as string)
					.digest(),
				language: languages[i] as string,
				lexemes: lexemes[i] as string,
				length: (counted[i] as TermCounts).length,
				weights: weightsOf(counted[i] as TermCounts, ids, weighedAt),
				embedding: embeddings ? `[${embeddings[i]?.join(",")}]` : null,
			})),
		);
		await addToIndexStatistics(tx, index.id, chunks.length, length);
		const fresh = new Set(languages).difference(new Set(locked.languages));
		if (fresh.size > 0) await addIndexLanguages(tx, index.id, [...fresh]);
		if (locked.weighed_at === null) await setIndexWeighing(tx, index.id, weighedAt, null);
		const dimensions = embeddings?.[0]?.length;
		if (dimensions && locked.embedding_dimensions === null) await setIndexDimensions(tx, index.id, dimensions);
	});
}

/** A chunk's BM25 weights at the places of its terms. */
export function weightsOf({ counts, length }: TermCounts, ids: Map<string, number>, averageLength: number): string {
	return sparseVector(
		[...counts].map(([term, tf]) => [ids.get(term) as number, termWeight(tf, length, averageLength)]),
	);
}

/** In how many of the chunks each term occurs. */
function documentFrequencies(counted: TermCounts[]): Map<string, number> {
	const df = new Map<string, number>();
	for (const { counts } of counted) for (const term of counts.keys()) df.set(term, (df.get(term) ?? 0) + 1);
	return df;
}

/** A model that was swapped behind its name sends vectors that compare to nothing we have. */
function checkDimensions(index: IndexRow, embeddings: EmbeddedBatch["embeddings"]): void {
	const sizes = new Set(embeddings?.map((embedding) => embedding.length));
	if (index.embedding_dimensions !== null && sizes.size > 0) sizes.add(index.embedding_dimensions);
	if (sizes.size > 1) {
		throw new ExcerptError(
			"upstream_error",
			`The embedding server sent vectors of ${[...sizes].join(" and ")} dimensions; an index holds one kind. Check EMBEDDING_MODEL and EMBEDDING_DIMENSIONS.`,
		);
	}
}
