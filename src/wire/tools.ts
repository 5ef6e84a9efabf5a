import { z } from "@hono/zod-openapi";
import { filterSchema } from "../filter.ts";
import { rankingOptions } from "./ranking-options.ts";

/** What a model may be given to call, and how it is made to. */

export const fileSearchTool = z.object({
	type: z.literal("file_search"),
	vector_store_ids: z.array(z.string()).min(1),
	filters: filterSchema.nullable().default(null),
	/** Without it as many passages are considered as the turn's budget may take; it is echoed as 20, the hosted default. */
	max_num_results: z.int().min(1).max(50).optional(),
	ranking_options: rankingOptions.prefault({}),
});

const functionName = z
	.string()
	.regex(/^[a-zA-Z0-9_-]{1,64}$/, "a name has up to 64 letters, digits, underscores and dashes");

/** Keys beside these are echoed, and mean nothing here. */
export const functionTool = z.looseObject({
	type: z.literal("function"),
	name: functionName,
	description: z.string().nullable().default(null),
	parameters: z.record(z.string(), z.unknown()).nullable().default(null),
	/** null: left to the model's server. */
	strict: z.boolean().nullable().default(null),
});

export const tool = z.discriminatedUnion("type", [fileSearchTool, functionTool]);

const namedFunction = z.object({ type: z.literal("function"), name: z.string() });
const fileSearch = z.object({ type: z.literal("file_search") });

export const toolChoice = z.union([
	z.enum(["none", "auto", "required"]),
	z.discriminatedUnion("type", [
		fileSearch,
		namedFunction,
		z.object({
			type: z.literal("allowed_tools"),
			mode: z.enum(["auto", "required"]),
			tools: z.array(z.discriminatedUnion("type", [fileSearch, namedFunction])).min(1),
		}),
	]),
]);

export type Tool = z.output<typeof tool>;
export type FileSearchTool = z.output<typeof fileSearchTool>;
export type FunctionTool = z.output<typeof functionTool>;
export type RequestedChoice = z.output<typeof toolChoice>;

/** A tool as a response shows it. */
export function toolBody(tool: Tool) {
	return tool.type === "file_search" ? { ...tool, max_num_results: tool.max_num_results ?? 20 } : tool;
}
