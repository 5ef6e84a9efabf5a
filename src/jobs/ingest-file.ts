import { z } from "@hono/zod-openapi";
import type { Job } from "./job.ts";

const schema = z.object({ vector_store_id: z.string(), file_id: z.string() });

/**
 * Brings one file of a vector store into the store's index, as the file's row says when the job runs: a file attached
 * again meanwhile needs no job of its own. An embedding server may be away for hours; the limit is there to end at all.
 */
export const ingestFile: Job<z.infer<typeof schema>> = { name: "ingest-file", schema, retryLimit: 1000 };
