import { z } from "@hono/zod-openapi";
import type { Job } from "./job.ts";

const schema = z.object({ project_id: z.string(), response_id: z.string() });

/**
 * Answers a background response, as its row says. What goes wrong with the answer ends it; an attempt fails only where its
 * process or the database does, and the handler itself gives up after some: the limit is there to end at all.
 */
export const answerResponse: Job<z.infer<typeof schema>> = { name: "answer-response", schema, retryLimit: 1000 };
