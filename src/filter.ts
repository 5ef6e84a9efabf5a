import { z } from "@hono/zod-openapi";

/** The attribute filter of searches and of the file_search tool. */
export type Filter = Comparison | { type: "and" | "or"; filters: Filter[] };
type Scalar = string | number | boolean;
type Comparison =
	| { type: "eq" | "ne"; key: string; value: Scalar }
	| { type: "gt" | "gte" | "lt" | "lte"; key: string; value: string | number }
	| { type: "in" | "nin"; key: string; value: (string | number)[] };

const MAX_DEPTH = 20;
const MAX_COMPARISONS = 200;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const comparisons = [
	z.object({ type: z.enum(["eq", "ne"]), key: z.string(), value: scalar }),
	z.object({ type: z.enum(["gt", "gte", "lt", "lte"]), key: z.string(), value: z.union([z.string(), z.number()]) }),
	z.object({ type: z.enum(["in", "nin"]), key: z.string(), value: z.array(z.union([z.string(), z.number()])) }),
] as const;

const filter: z.ZodType<Filter> = z.lazy(() =>
	z.discriminatedUnion("type", [
		...comparisons,
		z.object({ type: z.enum(["and", "or"]), filters: z.array(filter).min(1) }),
	]),
);

/** Nested at most 20 deep, at most 200 comparisons: enough for people, too little to hurt the database. */
export const filterSchema = z
	.custom<unknown>((value) => depthOf(value) <= MAX_DEPTH, `filters may nest ${MAX_DEPTH} deep at the most`)
	.pipe(filter)
	.refine(
		(value) => countComparisons(value) <= MAX_COMPARISONS,
		`filters may hold ${MAX_COMPARISONS} comparisons at the most`,
	)
	.openapi("Filter", { type: "object" });

/** Measured before the schema walks the value: a filter nested 100,000 deep would exhaust the stack. */
function depthOf(value: unknown): number {
	let level = [value];
	for (let depth = 0; ; depth++) {
		level = level.flatMap((item) => (item as { filters?: unknown[] } | null)?.filters ?? []);
		if (level.length === 0 || depth > MAX_DEPTH) return depth;
	}
}

function countComparisons(value: Filter): number {
	return "filters" in value ? value.filters.reduce((sum, part) => sum + countComparisons(part), 0) : 1;
}
