import { z } from "@hono/zod-openapi";
import { EFFORTS, VERBOSITIES } from "../models/chat-model.ts";
import { SEARCH_MODES } from "../types.ts";
import { functionCall, functionCallOutput, itemReference } from "./function-items.ts";
import { textFormat } from "./text-format.ts";
import { tool, toolChoice } from "./tools.ts";

/** The body of POST /v1/responses, as far as it is served. Unknown fields are ignored, unserved values refused by name. */

const textPart = z.object({
	type: z.enum(["input_text", "output_text", "text"]),
	text: z.string(),
	annotations: z.array(z.looseObject({ type: z.string() })).nullish(),
});

/** What a model would not say, passed back. */
const refusalPart = z.object({ type: z.literal("refusal"), refusal: z.string() });

/** A file of the files API. What else OpenAI takes here is refused by its own name. */
const filePart = z
	.looseObject({ type: z.literal("input_file"), file_id: z.string().optional(), filename: z.string().nullish() })
	.superRefine((part, context) => {
		const other = ["file_data", "file_url"].find((key) => part[key] !== undefined && part[key] !== null);
		if (other === undefined && part.file_id) return;
		const message = "'input_file' is served by file_id alone: upload the file and give its id";
		context.addIssue({ code: "custom", message, path: other ? [other] : [] });
	})
	.transform(({ type, file_id }) => ({ type, file_id: file_id as string }));

const imagePart = z
	.looseObject({ type: z.literal("input_image") })
	.superRefine((_part, context) => {
		const message =
			"'input_image' is not served: text in images is read from uploaded files, by OCR. Upload the image and give it as input_file";
		context.addIssue({ code: "custom", message, path: ["type"] });
	})
	.transform((part) => part as never);

export const message = z
	.object({
		type: z.literal("message").optional(),
		role: z.enum(["user", "assistant", "system", "developer"]),
		content: z.union([z.string(), z.array(z.discriminatedUnion("type", [textPart, refusalPart, filePart, imagePart]))]),
		id: z.string().optional(),
	})
	.superRefine(({ role, content }, context) => {
		if (role === "user" || typeof content === "string") return;
		const place = content.findIndex((part) => part.type === "input_file");
		const message = "files are a user's to give";
		if (place !== -1) context.addIssue({ code: "custom", message, path: ["content", place, "type"] });
	});

/** Items of an earlier response's output, passed back as they were: what they found is not sent again. */
const passedBack = z.looseObject({ type: z.enum(["file_search_call", "reasoning"]), id: z.string().optional() });

export const inputItem = z.discriminatedUnion("type", [
	message,
	functionCall,
	functionCallOutput,
	itemReference,
	passedBack,
]);

const INCLUDABLE = [
	"file_search_call.results",
	"message.input_image.image_url",
	"reasoning.encrypted_content",
	"web_search_call.results",
	"web_search_call.action.sources",
	"code_interpreter_call.outputs",
	"computer_call_output.output.image_url",
	/** Ours: `file_search_call.results`, each with how it came to its scores. */
	"file_search_call.explanation",
] as const;

export const include = z.array(z.enum(INCLUDABLE));

/** 0 says that none are wanted. */
const topLogprobs = z
	.int()
	.refine(
		(count) => count === 0,
		"log probabilities are not served, because an answer's text is not what the model wrote: markers became citations",
	);

const metadata = z
	.record(z.string().max(64), z.string().max(512))
	.refine((pairs) => Object.keys(pairs).length <= 16, "at most 16 pairs are kept");

const promptReference = z.object({
	id: z.string(),
	/** null: the prompt's default version. */
	version: z.string().nullish(),
	variables: z
		.record(z.string(), z.union([z.string(), z.object({ type: z.literal("input_text"), text: z.string() })]))
		.nullish(),
});

export const responseRequest = z.object({
	/** These two may be left out where something else says them: see complete-request.ts. */
	model: z.string().min(1).nullish(),
	input: z.union([z.string(), z.array(inputItem).min(1)]).nullish(),
	instructions: z.string().nullish(),
	previous_response_id: z.string().nullish(),
	/** Its id, however it was given. */
	conversation: z
		.union([z.string(), z.object({ id: z.string() })])
		.transform((given) => (typeof given === "string" ? given : given.id))
		.nullish(),
	prompt: promptReference.nullish(),
	background: z.boolean().nullish(),
	tools: z.array(tool).max(128).nullish(),
	tool_choice: toolChoice.nullish(),
	parallel_tool_calls: z.boolean().nullish(),
	max_tool_calls: z.int().min(1).nullish(),
	max_output_tokens: z.int().min(16).nullish(),
	include: include.nullish(),
	store: z.boolean().nullish(),
	stream: z.boolean().nullish(),
	text: z
		.object({
			format: textFormat.nullish(),
			verbosity: z.enum(VERBOSITIES).nullish(),
		})
		.nullish(),
	reasoning: z.looseObject({ effort: z.enum(EFFORTS).nullish(), summary: z.string().nullish() }).nullish(),
	temperature: z.number().min(0).max(2).nullish(),
	top_p: z.number().min(0).max(1).nullish(),
	top_logprobs: topLogprobs.nullish(),
	truncation: z.enum(["auto", "disabled"]).nullish(),
	metadata: metadata.nullish(),
	safety_identifier: z.string().max(64).nullish(),
	prompt_cache_key: z.string().nullish(),
	/** Ours: this turn's budgets, in tokens, and when its documents are searched. */
	context: z
		.object({
			search: z.enum(SEARCH_MODES).optional(),
			passage_tokens: z.int().min(100).max(1_000_000).optional(),
			history_tokens: z.int().min(0).max(1_000_000).optional(),
		})
		.nullish(),
});

export type ResponseRequest = z.output<typeof responseRequest>;
export type InputItem = z.output<typeof inputItem>;
export type InputMessage = z.output<typeof message>;
export type MessagePart = Exclude<InputMessage["content"], string>[number];
