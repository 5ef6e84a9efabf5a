import type { z } from "@hono/zod-openapi";

/** A job is a name, a schema of its data and how it is retried. Its handler lives with who does it, in ingest/, lab/ or http/. */
export type Job<Data extends object> = {
	name: string;
	schema: z.ZodType<Data>;
	/** Attempts after the first; a job that fails them all goes to its handler's last word. */
	retryLimit: number;
};
