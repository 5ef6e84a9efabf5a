import type { Filter } from "../filter.ts";

/**
 * A filter as an SQL condition on `column`, a jsonb of a file's attributes, with its values appended to `values`.
 *
 * Meaning (API.md §3.6): a missing key makes every comparison false, but `ne` and `nin` true; nothing is converted
 * between types, so 5 never equals "5".
 */
export function filterSql(filter: Filter, column: string, values: unknown[]): string {
	if ("filters" in filter) {
		const parts = filter.filters.map((part) => filterSql(part, column, values));
		return `(${parts.join(filter.type === "and" ? " AND " : " OR ")})`;
	}
	const attribute = `(${column} -> $${values.push(filter.key)}::text)`;
	const value = () => `$${values.push(JSON.stringify(filter.value))}::jsonb`;
	switch (filter.type) {
		case "eq":
			return `coalesce(${attribute} = ${value()}, false)`;
		case "ne":
			return `coalesce(${attribute} <> ${value()}, true)`;
		case "in":
			// jsonb: an array contains a scalar that is one of its elements.
			return `coalesce(${value()} @> ${attribute}, false)`;
		case "nin":
			return `coalesce(NOT ${value()} @> ${attribute}, true)`;
		default:
			return comparison(attribute, ORDER[filter.type], filter.value, values);
	}
}

const ORDER = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/**
 * Numbers by size, strings by code point (`COLLATE "C"`: the same on every server); anything else is not comparable.
 * The value comes in its own type: the planner would try a cast of it whatever CASE says, and fail on 'abc'::numeric.
 */
function comparison(attribute: string, operator: string, value: string | number, values: unknown[]): string {
	const text = `(${attribute} #>> '{}')`;
	const place = `$${values.push(value)}`;
	return typeof value === "number"
		? `(CASE jsonb_typeof(${attribute}) WHEN 'number' THEN ${text}::numeric ${operator} ${place}::numeric ELSE false END)`
		: `(CASE jsonb_typeof(${attribute}) WHEN 'string' THEN ${text} COLLATE "C" ${operator} ${place}::text ELSE false END)`;
}
