import { z } from "@hono/zod-openapi";
import type { Job } from "./job.ts";

const schema = z.object({ comparison_id: z.string() });

/**
 * Compares chunk settings as the comparison's row says. An embedding server may be away for hours; the limit is there to
 * end at all.
 */
export const compareSettings: Job<z.infer<typeof schema>> = { name: "compare-settings", schema, retryLimit: 1000 };
