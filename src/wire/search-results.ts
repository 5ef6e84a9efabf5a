import type { VectorStoreSearchResponse } from "openai/resources/vector-stores/vector-stores";
import type { Query } from "../ask/plan-queries.ts";
import type { Retrieved } from "../ask/retrieve.ts";
import { roundScore } from "../ask/round-score.ts";
import type { Explanation, Passage } from "../types.ts";

/** What we tell of a passage beside OpenAI's keys, in searches and in file_search results alike. */
export function passageExtras({ chunk_id, location, start, end, scores, explanation }: Passage) {
	const round = (score: number | null) => (score === null ? null : roundScore(score));
	const { lexical, dense, rerank } = scores;
	return {
		chunk_id,
		location,
		start,
		end,
		scores: { lexical: round(lexical), dense: round(dense), rerank: round(rerank) },
		...(explanation && { explanation: explanationBody(explanation) }),
	};
}

function explanationBody(explanation: Explanation): Explanation {
	const { query, matched_terms, name_score, language_bonus, fused_score, ranks } = explanation;
	return {
		query,
		matched_terms: matched_terms.map(({ term, idf, score }) => ({
			term,
			idf: roundScore(idf),
			score: roundScore(score),
		})),
		name_score: roundScore(name_score),
		language_bonus: roundScore(language_bonus),
		fused_score: roundScore(fused_score),
		ranks,
	};
}

export function searchResult(passage: Passage): VectorStoreSearchResponse & ReturnType<typeof passageExtras> {
	return {
		file_id: passage.file_id,
		filename: passage.filename,
		score: roundScore(passage.score),
		attributes: passage.attributes,
		content: [{ type: "text", text: passage.text }],
		...passageExtras(passage),
	};
}

/** `explained`: with what each stage found and dropped. */
export function searchPage(queries: Query[], { passages, stages }: Retrieved, explained: boolean) {
	return {
		object: "vector_store.search_results.page" as const,
		search_query: queries.map(({ text }) => text),
		data: passages.map(searchResult),
		has_more: false,
		next_page: null,
		...(explained && { retrieval: stages }),
	};
}
