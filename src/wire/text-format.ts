import { z } from "@hono/zod-openapi";
import type { AnswerFormat } from "../models/chat-model.ts";

/** The form that an answer's text is to take: `text.format` of a request. */
export const textFormat = z.discriminatedUnion("type", [
	z.object({ type: z.literal("text") }),
	z.object({ type: z.literal("json_object") }),
	z.object({
		type: z.literal("json_schema"),
		name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, "a name has up to 64 letters, digits, underscores and dashes"),
		schema: z.record(z.string(), z.unknown()),
		strict: z.boolean().nullish(),
		description: z.string().nullish(),
	}),
]);

type TextFormat = z.output<typeof textFormat>;

/** In our words. */
export function answerFormat(format: TextFormat | null | undefined): AnswerFormat {
	if (!format) return { type: "text" };
	if (format.type !== "json_schema") return format;
	return { ...format, strict: format.strict ?? null, description: format.description ?? null };
}

/** As a response shows it. */
export function textFormatBody(format: TextFormat | null | undefined) {
	if (format?.type !== "json_schema") return format ?? { type: "text" };
	const { description, strict, ...rest } = format;
	return { ...rest, ...(description && { description }), strict: strict ?? false };
}
