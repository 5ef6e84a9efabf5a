/** A list's envelope; empty lists have null ids. */
export function listBody<Item extends { id?: string }>(data: Item[], hasMore: boolean) {
	return {
		object: "list" as const,
		data,
		first_id: data[0]?.id ?? null,
		last_id: data.at(-1)?.id ?? null,
		has_more: hasMore,
	};
}
