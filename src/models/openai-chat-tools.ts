import type OpenAI from "openai";
import { ExcerptError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { AnswerFormat, ChatEvent, ChatMessage, ChatRequest } from "./chat-model.ts";

/** What of a request concerns tools and form, in the shapes of chat completions. */

export function toCompletionMessage(message: ChatMessage): OpenAI.ChatCompletionMessageParam {
	if (message.role === "tool") return { role: "tool", tool_call_id: message.callId, content: message.content };
	if (message.role !== "assistant" || !message.toolCalls) return { role: message.role, content: message.content };
	return {
		role: "assistant",
		// Servers refuse an empty text beside calls.
		content: message.content || null,
		tool_calls: message.toolCalls.map(({ id, name, arguments: given }) => ({
			id,
			type: "function",
			function: { name, arguments: given },
		})),
	};
}

/** Nothing where there are no tools: servers refuse a choice among none. */
export function toCompletionTools({
	tools,
	toolChoice,
	parallelToolCalls,
}: ChatRequest): Partial<OpenAI.ChatCompletionCreateParams> {
	if (tools.length === 0) return {};
	return {
		tools: tools.map(({ name, description, parameters, strict }) => ({
			type: "function",
			function: {
				name,
				...(description !== null && { description }),
				...(parameters && { parameters }),
				...(strict !== null && { strict }),
			},
		})),
		tool_choice:
			typeof toolChoice === "string" ? toolChoice : { type: "function", function: { name: toolChoice.name } },
		// It is the default, and local servers do not all know it.
		...(!parallelToolCalls && { parallel_tool_calls: false }),
	};
}

export function toResponseFormat(format: AnswerFormat): Partial<OpenAI.ChatCompletionCreateParams> {
	if (format.type === "text") return {};
	if (format.type === "json_object") return { response_format: { type: "json_object" } };
	const { name, schema, strict, description } = format;
	const json_schema = { name, schema, strict, ...(description !== null && { description }) };
	return { response_format: { type: "json_schema", json_schema } };
}

type Piece = OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall;

/**
 * Puts the pieces of tool calls into order. Servers differ: a call may come whole in one piece, `index` may be missing, and
 * so may the id, which is then made here.
 */
export class ToolCallReader {
	#place: number | undefined;
	readonly #ids: string[] = [];

	/** Throws `upstream_error` where a call has no name, or goes on after the next has begun. */
	*read(pieces: Piece[]): Generator<ChatEvent> {
		for (const piece of pieces) {
			if (this.#begins(piece)) {
				const name = piece.function?.name;
				if (!name) throw new ExcerptError("upstream_error", "The model server sent a tool call without a name.");
				const id = piece.id || newId("call");
				this.#ids.push(id);
				this.#place = piece.index ?? this.#ids.length - 1;
				yield { type: "tool_call", id, name };
			} else if (piece.index !== undefined && piece.index !== null && piece.index !== this.#place) {
				throw new ExcerptError("upstream_error", "The model server mixed the pieces of several tool calls.");
			}
			if (piece.function?.arguments) yield { type: "arguments", text: piece.function.arguments };
		}
	}

	/** A new place; where all have one place or none, a new id or a name beside none. */
	#begins({ index, id, function: { name } = {} }: Piece): boolean {
		if (this.#place === undefined) return true;
		if (typeof index === "number" && index !== this.#place) return index > this.#place;
		if (!name) return Boolean(id) && typeof index !== "number" && id !== this.#ids.at(-1);
		return id ? id !== this.#ids.at(-1) : typeof index !== "number";
	}
}
