import { z } from "@hono/zod-openapi";

/** What is said of a file when it is uploaded, at once or in parts. */

export const filePurpose = z.enum(["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]);

/** Coerced, because a form has no numbers. */
export const fileExpiry = z.object({
	anchor: z.literal("created_at"),
	seconds: z.coerce.number().int().min(3600).max(2_592_000),
});
