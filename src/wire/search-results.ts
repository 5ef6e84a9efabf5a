import type { VectorStoreSearchResponse } from "openai/resources/vector-stores/vector-stores";
import { roundScore } from "../ask/round-score.ts";
import type { Passage } from "../types.ts";

/** What we tell of a passage beside OpenAI's keys, in searches and in file_search results alike. */
export function passageExtras({ chunk_id, location, start, end, scores }: Passage) {
	const round = (score: number | null) => (score === null ? null : roundScore(score));
	return { chunk_id, location, start, end, scores: { lexical: round(scores.lexical), dense: round(scores.dense) } };
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

export function searchPage(queries: string[], passages: Passage[]) {
	return {
		object: "vector_store.search_results.page" as const,
		search_query: queries,
		data: passages.map(searchResult),
		has_more: false,
		next_page: null,
	};
}
