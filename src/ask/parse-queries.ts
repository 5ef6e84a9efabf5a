/** More parts than these a question hardly has, and each is a search of its own. */
export const MAX_QUERIES = 4;
/** A longer one is no search query but an answer. */
const MAX_LENGTH = 500;

/** Small models put their JSON into a fence, or say aloud what they think first; what is left must be JSON alone. */
const THOUGHT = /^\s*<think>[\s\S]*?<\/think>/;
const FENCE = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/;

/** The search queries that a model wrote, at most `MAX_QUERIES`, each once; undefined where it is no JSON array of texts. */
export function parseQueries(output: string): string[] | undefined {
	const spoken = output.replace(THOUGHT, "");
	let parsed: unknown;
	try {
		parsed = JSON.parse(FENCE.exec(spoken)?.[1] ?? spoken);
	} catch {
		return undefined;
	}
	if (!Array.isArray(parsed) || !parsed.every((query) => typeof query === "string")) return undefined;
	const queries = parsed.map((query: string) => query.replaceAll(/\s+/g, " ").trim());
	if (queries.some((query) => query.length > MAX_LENGTH)) return undefined;
	return [...new Set(queries.filter((query) => query !== ""))].slice(0, MAX_QUERIES);
}
