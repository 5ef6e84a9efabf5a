import { z } from "@hono/zod-openapi";

/** Items by which functions are called and answered, as clients send them. What SDKs add for themselves is dropped. */

const status = z.enum(["in_progress", "completed", "incomplete"]).nullish();

/** A call that the model made, passed back. `arguments` are JSON, as it wrote them. */
export const functionCall = z.object({
	type: z.literal("function_call"),
	id: z.string().nullish(),
	call_id: z.string().min(1),
	name: z.string().min(1),
	arguments: z.string(),
	status,
});

/** OpenAI's own limit. */
const LONGEST_OUTPUT = 10 * 1024 * 1024;

export const functionCallOutput = z.object({
	type: z.literal("function_call_output"),
	id: z.string().nullish(),
	call_id: z.string().min(1),
	output: z.union([
		z.string().max(LONGEST_OUTPUT),
		z.array(z.object({ type: z.literal("input_text"), text: z.string() })),
	]),
	status,
});

/** Stands for an item that was stored before: of a response, or of a conversation. */
export const itemReference = z.object({ type: z.literal("item_reference"), id: z.string() });
