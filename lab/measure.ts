import { type EvidencePlaces, PRECISION_AT, placesOf, type QuestionMeasures, RECALL_AT } from "../src/comparison.ts";
import { type DocumentSpan, lengthOf, overlapOf, unionOf } from "./spans.ts";

export type Retrieved = {
	/** The best `RANKED` of what the search found, best first. */
	ranked: DocumentSpan[];
	/** What of it would be sent to the model, and what stands beside it there. */
	sent: DocumentSpan[];
	/** Tokens of the excerpts that would be sent. */
	contextTokens: number;
};

/**
 * How much of a question's evidence was found, and what it took. Recall, precision and IoU are those of Smith and Troynikov,
 * "Evaluating Chunking Strategies for Retrieval" (Chroma, 2024), over characters instead of tokens, so that they mean the
 * same under every tokenizer: evidence counts once however often it was found, and overlapping passages count each time in
 * what was retrieved. The reciprocal rank is that of Voorhees, "The TREC-8 Question Answering Track Report" (1999).
 * Evidence that stands in several places is found to the share of its best: finding it again brings nothing new.
 * `evidence` is not empty.
 */
export function measure(evidence: EvidencePlaces[], { ranked, sent, contextTokens }: Retrieved): QuestionMeasures {
	const recall = (spans: DocumentSpan[]) => {
		const { wanted, found } = foundOf(evidence, spans);
		return found / wanted;
	};
	const first = ranked.findIndex((span) => foundOf(evidence, [span]).found > 0);
	const best = ranked.slice(0, PRECISION_AT);
	const retrieved = lengthOf(best);
	const { wanted, found } = foundOf(evidence, best);
	return {
		recall_at: Object.fromEntries(RECALL_AT.map((k) => [String(k), recall(ranked.slice(0, k))])),
		recall_in_budget: recall(sent),
		reciprocal_rank: first === -1 ? 0 : 1 / (first + 1),
		precision: retrieved === 0 ? 0 : found / retrieved,
		iou: found / (wanted + retrieved - found),
		context_tokens: contextTokens,
	};
}

/** Characters of the evidence, and those of them that the spans hold; of each evidence at the place that they hold most of. */
function foundOf(evidence: EvidencePlaces[], spans: DocumentSpan[]): { wanted: number; found: number } {
	const best = evidence.map((one) => bestPlace(placesOf(one), spans));
	return { wanted: lengthOf(unionOf(best)), found: overlapOf(best, spans) };
}

function bestPlace(places: DocumentSpan[], spans: DocumentSpan[]): DocumentSpan {
	if (places.length === 1) return places[0] as DocumentSpan;
	// White space is part of a place, so that they differ in length.
	const shares = places.map((place) => overlapOf([place], spans) / lengthOf([place]));
	return places[shares.indexOf(Math.max(...shares))] as DocumentSpan;
}
