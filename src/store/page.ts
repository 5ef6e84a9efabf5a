/** A page of a list, as API.md §1.4 has it: `after` and `before` are the sort keys of the cursor objects, exclusive. */
export type PageRequest = { limit: number; order: "asc" | "desc"; after?: number; before?: number };

export type Page<Row> = { rows: Row[]; hasMore: boolean };

/**
 * The part of a statement that makes it one page: append to a WHERE that already has a condition, with `values` at
 * their numbers. Reads one row more than asked for, to know whether there are more.
 */
export function pageSql(column: string, page: PageRequest, values: unknown[]): string {
	const forwards = page.before === undefined;
	const descending = (page.order === "desc") === forwards;
	const conditions = [
		page.after === undefined ? "" : `AND ${column} ${page.order === "desc" ? "<" : ">"} $${values.push(page.after)}`,
		page.before === undefined ? "" : `AND ${column} ${page.order === "desc" ? ">" : "<"} $${values.push(page.before)}`,
	];
	return `${conditions.join(" ")} ORDER BY ${column} ${descending ? "DESC" : "ASC"} LIMIT $${values.push(page.limit + 1)}`;
}

/** Cuts the extra row off and puts a page that was read backwards into the order asked for. */
export function pageOf<Row>(rows: Row[], page: PageRequest): Page<Row> {
	const kept = rows.slice(0, page.limit);
	if (page.before !== undefined) kept.reverse();
	return { rows: kept, hasMore: rows.length > page.limit };
}
