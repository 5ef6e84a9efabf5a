import { z } from "@hono/zod-openapi";
import type { FusionWeights } from "../ask/fuse.ts";

/** Of searches and of the file_search tool. Each ranker's name means our own ranking, which is one. */
export const rankingOptions = z.object({
	ranker: z.enum(["none", "auto", "default-2024-11-15"]).default("auto"),
	score_threshold: z.number().min(0).max(1).default(0),
	hybrid_search: z
		.object({ embedding_weight: z.number().min(0), text_weight: z.number().min(0) })
		.refine((given) => given.embedding_weight + given.text_weight > 0, "one of the weights must be above 0")
		.optional(),
});

/** The wire's weights in our words; null where the client leaves them to us. */
export function fusionWeights(options: z.output<typeof rankingOptions> | undefined): FusionWeights | null {
	const given = options?.hybrid_search;
	return given ? { lexical: given.text_weight, dense: given.embedding_weight } : null;
}
