import type { StoredItem } from "../store/responses.ts";

/** What a search found is kept with its item, and shown where `included` asks for it. */
export function withIncluded(items: StoredItem[], included: readonly string[]): StoredItem[] {
	if (included.includes("file_search_call.explanation")) return items;
	const results = included.includes("file_search_call.results") ? withoutExplanations : () => null;
	return items.map((item) =>
		item.type === "file_search_call" ? { ...item, results: results(item.results as object[] | null) } : item,
	);
}

function withoutExplanations(results: { explanation?: unknown }[] | null): object[] | null {
	return results?.map(({ explanation, ...result }) => result) ?? null;
}
