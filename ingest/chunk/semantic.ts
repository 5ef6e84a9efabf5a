import { ExcerptError } from "../../src/errors.ts";
import type { Embedder, Embedding } from "../../src/models/embedder.ts";
import { contextLine } from "./context-line.ts";
import { pack } from "./pack.ts";
import type { Chunker, StrategyOf } from "./strategy.ts";
import { startsAnew } from "./structure.ts";
import { sentencesOf, type Unit } from "./unit.ts";

/** Sentences that are looked at together: enough to tell a change of subject from chance, few enough to hold in memory. */
const WINDOW = 240;

/**
 * Sentences as long as they stay on their subject: a chunk ends where the distance from one sentence to the next, each
 * embedded with its neighbours, is among the largest of its surroundings (Kamradt, "5 Levels of Text Splitting", 2024).
 * Needs an embedder, which is asked for every sentence.
 */
export const chunkSemantic: Chunker<StrategyOf<"semantic">> = (blocks, source, { semantic }) => {
	const { max_tokens: maxTokens, breakpoint_percentile: percentile } = semantic;
	const { embedder } = source;
	if (!embedder) {
		throw new ExcerptError(
			"configuration",
			"Chunking by meaning needs an embedding model: set EMBEDDING_MODEL, or choose another chunking_strategy.",
		);
	}
	const turns = new Set<Unit>();
	const units = markTurns(sentencesOf(blocks, maxTokens), embedder, percentile, turns);
	return pack(units, (held) => contextLine(source, held), {
		maxTokens,
		breakBefore: (unit, previous) => turns.has(unit) || startsAnew(unit, previous),
	});
};

/** Passes units on and notes those that turn to another subject. */
async function* markTurns(
	units: AsyncIterable<Unit>,
	embedder: Embedder,
	percentile: number,
	turns: Set<Unit>,
): AsyncGenerator<Unit> {
	let window: Unit[] = [];
	const flush = async function* () {
		for (const unit of await findTurns(window, embedder, percentile)) turns.add(unit);
		for (const unit of window) {
			yield unit;
			turns.delete(unit);
		}
		window = [];
	};
	for await (const unit of units) {
		window.push(unit);
		if (window.length === WINDOW) yield* flush();
	}
	yield* flush();
}

async function findTurns(window: Unit[], embedder: Embedder, percentile: number): Promise<Unit[]> {
	if (window.length < 3) return [];
	const texts = window.map((_, i) =>
		window
			.slice(Math.max(0, i - 1), i + 2)
			.map((unit) => unit.text)
			.join(" "),
	);
	const vectors: Embedding[] = [];
	for (let from = 0; from < texts.length; from += embedder.maxTexts) {
		vectors.push(...(await embedder.embed(texts.slice(from, from + embedder.maxTexts))));
	}
	const distances = vectors.slice(1).map((vector, i) => 1 - cosine(vectors[i] as Embedding, vector));
	const threshold = distances.toSorted((a, b) => a - b)[Math.floor((distances.length - 1) * (percentile / 100))] ?? 0;
	return window.slice(1).filter((_, i) => (distances[i] as number) > threshold);
}

function cosine(a: Embedding, b: Embedding): number {
	let dot = 0;
	let aa = 0;
	let bb = 0;
	for (const [i, x] of a.entries()) {
		const y = b[i] as number;
		dot += x * y;
		aa += x * x;
		bb += y * y;
	}
	return aa > 0 && bb > 0 ? dot / Math.sqrt(aa * bb) : 0;
}
