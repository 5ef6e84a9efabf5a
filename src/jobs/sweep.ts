import { z } from "@hono/zod-openapi";
import type { Job } from "./job.ts";

const schema = z.object({});

/** Every few minutes: expired files and stores, and blobs and indexes that nobody points to. */
export const sweep: Job<z.infer<typeof schema>> = { name: "sweep", schema, retryLimit: 0 };
