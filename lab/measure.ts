import { PRECISION_AT, type QuestionMeasures, RECALL_AT } from "../src/comparison.ts";
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
 * `evidence` is not empty.
 */
export function measure(evidence: DocumentSpan[], { ranked, sent, contextTokens }: Retrieved): QuestionMeasures {
	const wanted = lengthOf(unionOf(evidence));
	const recall = (spans: DocumentSpan[]) => overlapOf(evidence, spans) / wanted;
	const first = ranked.findIndex((span) => overlapOf(evidence, [span]) > 0);
	const best = ranked.slice(0, PRECISION_AT);
	const retrieved = lengthOf(best);
	const found = overlapOf(evidence, best);
	return {
		recall_at: Object.fromEntries(RECALL_AT.map((k) => [String(k), recall(ranked.slice(0, k))])),
		recall_in_budget: recall(sent),
		reciprocal_rank: first === -1 ? 0 : 1 / (first + 1),
		precision: retrieved === 0 ? 0 : found / retrieved,
		iou: found / (wanted + retrieved - found),
		context_tokens: contextTokens,
	};
}
