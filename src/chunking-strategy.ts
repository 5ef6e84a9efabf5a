import { z } from "@hono/zod-openapi";

/**
 * Chunk settings, as the wire takes them and the database keeps them. `auto` and `static` are OpenAI's, the rest ours.
 * Sizes are tokens of o200k_base.
 */
const maxTokens = z.int().min(50).max(4096);

const STATIC = z.object({
	type: z.literal("static"),
	static: z
		.object({
			max_chunk_size_tokens: z.int().min(100).max(4096),
			chunk_overlap_tokens: z.int().min(0),
		})
		.refine((s) => s.chunk_overlap_tokens * 2 <= s.max_chunk_size_tokens, {
			path: ["chunk_overlap_tokens"],
			message: "chunk_overlap_tokens must not exceed half of max_chunk_size_tokens",
		}),
});
const overlapping = (defaultTokens: number) =>
	z
		.object({ max_tokens: maxTokens.default(defaultTokens), overlap_tokens: z.int().min(0).default(0) })
		.refine((s) => s.overlap_tokens * 2 <= s.max_tokens, {
			path: ["overlap_tokens"],
			message: "overlap_tokens must not exceed half of max_tokens",
		});
const STRUCTURE = z.object({ type: z.literal("structure"), structure: overlapping(128).prefault({}) });
const SENTENCE = z.object({ type: z.literal("sentence"), sentence: overlapping(128).prefault({}) });
const SEMANTIC = z.object({
	type: z.literal("semantic"),
	semantic: z
		.object({ max_tokens: maxTokens.default(256), breakpoint_percentile: z.number().min(50).max(99).default(90) })
		.prefault({}),
});
const ROWS = z.object({
	type: z.literal("rows"),
	rows: z.object({ max_rows: z.int().min(1).max(1000).optional(), max_tokens: maxTokens.default(400) }).prefault({}),
});
const JSON_RECORDS = z.object({
	type: z.literal("json"),
	json: z.object({ max_tokens: maxTokens.default(400) }).prefault({}),
});
const PAGE = z.object({
	type: z.literal("page"),
	page: z.object({ max_tokens: maxTokens.default(800) }).prefault({}),
});

export const chunkingStrategySchema = z
	.discriminatedUnion("type", [
		z.object({ type: z.literal("auto") }),
		STATIC,
		STRUCTURE,
		SENTENCE,
		SEMANTIC,
		ROWS,
		JSON_RECORDS,
		PAGE,
	])
	.openapi("ChunkingStrategy");

export type ChunkingStrategy = z.output<typeof chunkingStrategySchema>;
