import type { ChatTool } from "../models/chat-model.ts";
import type { ContextPassage } from "../types.ts";
import { renderExcerpts } from "./prompt.ts";
import type { Turn } from "./turn.ts";

/** The function by which a model searches the documents itself. */
export const SEARCH_TOOL: ChatTool = {
	name: "file_search",
	description:
		"Searches the user's documents and returns the excerpts that fit best, numbered. Call it for what you need to know to answer, and again with other words where the excerpts do not say it.",
	parameters: {
		type: "object",
		properties: {
			queries: {
				type: "array",
				items: { type: "string" },
				description: "One to five queries, each of which stands alone: the words that the documents are likely to use.",
			},
		},
		required: ["queries"],
		additionalProperties: false,
	},
	strict: null,
};

/** All functions that a turn's model is offered. */
export function toolsOf({ ownSearches, tools }: Pick<Turn, "ownSearches" | "tools">): ChatTool[] {
	return ownSearches > 0 ? [SEARCH_TOOL, ...tools] : tools;
}

const MOST_QUERIES = 5;
const LONGEST_QUERY = 1_000;

/** What a call of the model asks for, bounded; undefined where it is not JSON of that form. Small models write `query`, or a bare string. */
export function queriesOf(given: string): string[] | undefined {
	let parsed: unknown;
	try {
		parsed = JSON.parse(given);
	} catch {
		return undefined;
	}
	const { queries, query } = (parsed ?? {}) as { queries?: unknown; query?: unknown };
	const asked = [queries ?? query].flat().filter((text) => typeof text === "string" && text.trim() !== "") as string[];
	const bounded = [...new Set(asked.map((text) => text.trim().slice(0, LONGEST_QUERY)))].slice(0, MOST_QUERIES);
	return bounded.length > 0 ? bounded : undefined;
}

/** What the model is told a search found. `sent`: what it was given before. */
export function describeFound(found: ContextPassage[], sent: ContextPassage[]): string {
	if (found.length > 0) return renderExcerpts(found);
	return sent.length > 0
		? "Nothing further fits, or there is no more room. Answer from the excerpts you have, or search with other words."
		: renderExcerpts(found);
}

export const NOT_UNDERSTOOD = 'Not searched: the arguments must be JSON of the form {"queries": ["…"]}.';
export const NO_MORE_SEARCHES = "Not searched: no further search is allowed. Answer from the excerpts you have.";
