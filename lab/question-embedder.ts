import type { Database } from "../src/db/database.ts";
import type { Embedder, Embedding } from "../src/models/embedder.ts";
import { countTokens } from "../src/models/tokens.ts";
import { getQuestionVectors, keepQuestionVectors } from "../src/store/question-vectors.ts";
import { wrapEmbedder } from "./wrap-embedder.ts";

/** Vectors of questions, by model and text. */
type Known = Map<string, Embedding>;

/**
 * An embedder that is asked for each question's vector once a model, however many settings it is searched under and
 * whatever dies meanwhile: several in one request beforehand (`learn`), as few as it takes, each kept with the comparison.
 */
export type QuestionEmbedder = Embedder & {
	learn(model: string, texts: string[], signal: AbortSignal): Promise<void>;
};

export function questionEmbedder(embedder: Embedder, db: Database, comparisonId: string): QuestionEmbedder {
	const known: Known = new Map();
	return {
		...remembering(embedder, known),
		async learn(model, texts, signal) {
			const asked = embedder.withModel(model);
			const isUnknown = (text: string) => !known.has(keyOf(model, text));
			if (!texts.some(isUnknown)) return;
			const kept = await getQuestionVectors(db, comparisonId, model);
			for (const [text, vector] of kept) known.set(keyOf(model, text), vector);
			const fresh = [...new Set(texts)].filter(isUnknown);
			for (const batch of batches(fresh, asked)) {
				const vectors = await asked.embed(batch, { signal });
				const learnt = batch.map((question, place) => ({ question, embedding: vectors[place] as Embedding }));
				await keepQuestionVectors(db, comparisonId, model, learnt);
				for (const { question, embedding } of learnt) known.set(keyOf(model, question), embedding);
			}
		},
	};
}

function remembering(embedder: Embedder, known: Known): Embedder {
	return wrapEmbedder(embedder, (inner) => async (texts, options) => {
		const vectors = texts.map((text) => known.get(keyOf(inner.model, text)));
		if (vectors.every((vector) => vector !== undefined)) return vectors;
		return inner.embed(texts, options);
	});
}

function keyOf(model: string, text: string): string {
	return `${model}\n${text}`;
}

function* batches(texts: string[], { maxTexts, maxTokens }: Embedder): Generator<string[]> {
	let batch: string[] = [];
	let tokens = 0;
	for (const text of texts) {
		const size = countTokens(text);
		if (batch.length > 0 && (batch.length === maxTexts || tokens + size > maxTokens)) {
			yield batch;
			[batch, tokens] = [[], 0];
		}
		batch.push(text);
		tokens += size;
	}
	if (batch.length > 0) yield batch;
}
