import { z } from "@hono/zod-openapi";
import type { Job } from "./job.ts";

const schema = z.object({ index_id: z.int() });

/**
 * Brings an index of a vector store up to what the store's active one holds, and then makes it the active one where that
 * was asked for. An embedding server may be away for hours; the limit is there to end at all.
 */
export const buildIndex: Job<z.infer<typeof schema>> = { name: "build-index", schema, retryLimit: 1000 };
