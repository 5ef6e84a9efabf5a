import { z } from "@hono/zod-openapi";
import { type ChunkingStrategy, chunkingStrategySchema } from "../chunking-strategy.ts";
import type { ComparedSettings } from "../comparison.ts";

/** The body of POST /v1/vector_stores/{id}/comparisons. */

const settings = z.object({
	name: z.string().min(1).max(64).optional(),
	chunking_strategy: chunkingStrategySchema.optional(),
	/** null: no vectors, words alone. */
	embedding_model: z.string().min(1).max(256).nullable().optional(),
	context: z.object({ passage_tokens: z.int().min(100).max(1_000_000).optional() }).optional(),
});

const POINTERS = ["quote", "page", "row", "json_pointer"] as const;

const evidence = z
	.object({
		file_id: z.string().min(1).max(256),
		quote: z.string().min(1).max(10_000).regex(/\S/, "a quote is not empty").optional(),
		page: z.int().min(1).optional(),
		row: z.int().min(0).optional(),
		json_pointer: z
			.string()
			.max(2_000)
			.regex(/^(\/.*)?$/s, "a JSON pointer begins with '/', or is '' for the whole document")
			.optional(),
	})
	.refine((pointer) => POINTERS.filter((key) => pointer[key] !== undefined).length === 1, {
		message: `evidence is told by exactly one of ${POINTERS.join(", ")}`,
	});

const question = z.object({
	question: z.string().min(1).max(10_000),
	evidence: z.array(evidence).min(1).max(20),
	answer: z.string().max(10_000).optional(),
});

export const comparisonRequest = z
	.object({
		settings: z.array(settings).min(1).max(8),
		questions: z.array(question).min(1).max(2_000).optional(),
		/** So many questions a model is to write. */
		generate: z.int().min(1).max(200).optional(),
		/** Who writes them, and whose price sending is told at. */
		model: z.string().min(1).max(256).optional(),
		sample: z.object({ files: z.int().min(1).max(1_000_000) }).optional(),
	})
	.refine(({ questions, generate }) => (questions === undefined) !== (generate === undefined), {
		message: "give exactly one of questions and generate",
	});

type Given = z.output<typeof settings>;
type Defaults = Omit<ComparedSettings, "name">;

/** What is left out is as in `defaults`; settings without a name are called by what they say. */
export function completeSettings(given: Given[], defaults: Defaults): ComparedSettings[] {
	return given.map(({ name, chunking_strategy, embedding_model, context }) => {
		const settings = {
			chunking_strategy: chunking_strategy ?? defaults.chunking_strategy,
			embedding_model: embedding_model === undefined ? defaults.embedding_model : embedding_model,
			context: { passage_tokens: context?.passage_tokens ?? defaults.context.passage_tokens },
		};
		return { name: name ?? nameOf(settings, defaults), ...settings };
	});
}

/** "static:800/400", and what else is not as usual: "auto, text-embedding-3-large, 4000 tokens". */
function nameOf({ chunking_strategy, embedding_model, context }: Defaults, usual: Defaults): string {
	const parts = [shortForm(chunking_strategy)];
	if (embedding_model !== usual.embedding_model) parts.push(embedding_model ?? "no embedding");
	if (context.passage_tokens !== usual.context.passage_tokens) parts.push(`${context.passage_tokens} tokens`);
	return parts.join(", ");
}

/** As `--chunk` takes it. */
function shortForm(strategy: ChunkingStrategy): string {
	switch (strategy.type) {
		case "auto":
			return "auto";
		case "static":
			return `static:${strategy.static.max_chunk_size_tokens}/${strategy.static.chunk_overlap_tokens}`;
		case "structure":
			return `structure:${strategy.structure.max_tokens}/${strategy.structure.overlap_tokens}`;
		case "sentence":
			return `sentence:${strategy.sentence.max_tokens}/${strategy.sentence.overlap_tokens}`;
		case "semantic":
			return `semantic:${strategy.semantic.max_tokens}`;
		case "rows":
			return `rows:${strategy.rows.max_tokens}${strategy.rows.max_rows ? `, ${strategy.rows.max_rows} rows` : ""}`;
		case "json":
			return `json:${strategy.json.max_tokens}`;
		case "page":
			return `page:${strategy.page.max_tokens}`;
	}
}
