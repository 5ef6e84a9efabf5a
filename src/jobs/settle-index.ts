import { z } from "@hono/zod-openapi";
import type { Job } from "./job.ts";

const schema = z.object({ index_id: z.int() });

/** After chunks came or went: removes chunks that no revision needs, and brings the term weights up to date. */
export const settleIndex: Job<z.infer<typeof schema>> = { name: "settle-index", schema, retryLimit: 5 };
