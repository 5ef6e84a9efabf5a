import { z } from "@hono/zod-openapi";
import type { Job } from "./job.ts";

const schema = z.object({ index_id: z.int() });

/** Once an index holds so many vectors that comparing all takes long: builds what finds the nearest of them sooner. */
export const indexVectors: Job<z.infer<typeof schema>> = { name: "index-vectors", schema, retryLimit: 20 };
