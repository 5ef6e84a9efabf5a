import { countTokens } from "../../src/models/tokens.ts";
import type { ContextPassage, Passage } from "../../src/types.ts";

/** A passage of a document; what a test does not name is filled in so that it fits. */
export function passage(fields: Partial<Passage> & { text: string }): Passage {
	const { text, start = 0, document_id = "doc_a" } = fields;
	return {
		chunk_id: `chunk_${document_id}_${start}`,
		file_id: `file-${document_id}`,
		document_id,
		filename: `${document_id}.txt`,
		attributes: {},
		start,
		end: start + text.length,
		context: "",
		tokens: countTokens(text),
		location: {},
		score: 1,
		scores: { lexical: 1, dense: null, rerank: null },
		...fields,
	};
}

/** Passages as they are sent: each an excerpt of its own, numbered from 1. */
export function excerpts(...passages: Passage[]): ContextPassage[] {
	return passages.map((one, place) => ({
		number: place + 1,
		passages: [one],
		text: one.context ? `${one.context}\n${one.text}` : one.text,
		tokens: one.tokens,
		score: one.score,
	}));
}
