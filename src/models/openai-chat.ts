import OpenAI from "openai";
import { ExcerptError } from "../errors.ts";
import type { ChatEvent, ChatModel, ChatRequest } from "./chat-model.ts";
import { ToolCallReader, toCompletionMessage, toCompletionTools, toResponseFormat } from "./openai-chat-tools.ts";
import { upstreamError } from "./openai-client.ts";

/** Chat completions of any OpenAI-compatible server, streamed. */
export function createOpenAIChat(client: OpenAI, aliases: Map<string, string>): ChatModel {
	return {
		generates: true,
		resolve: (requested) => aliases.get(requested) ?? aliases.get("*") ?? requested,
		async list() {
			try {
				const names: string[] = [];
				for await (const model of client.models.list()) names.push(model.id);
				return [...new Set([...names, ...[...aliases.keys()].filter((name) => name !== "*")])];
			} catch (error) {
				throw upstreamError(error, "model", client);
			}
		},
		stream: (request) => streamCompletion(client, request),
	};
}

const FINISH = { length: "length", content_filter: "content_filter" } as const;

async function* streamCompletion(client: OpenAI, request: ChatRequest): AsyncGenerator<ChatEvent> {
	let finish: "stop" | "length" | "content_filter" = "stop";
	let usage: OpenAI.CompletionUsage | null = null;
	let model = request.model;
	let answered = false;
	const calls = new ToolCallReader();
	try {
		const stream = await client.chat.completions.create(
			{
				model: request.model,
				messages: request.messages.map(toCompletionMessage),
				...toCompletionTools(request),
				...toResponseFormat(request.format),
				stream: true,
				stream_options: { include_usage: true },
				...(request.max_output_tokens !== null && { max_completion_tokens: request.max_output_tokens }),
				...(request.temperature !== null && { temperature: request.temperature }),
				...(request.top_p !== null && { top_p: request.top_p }),
			},
			{ signal: request.signal },
		);
		for await (const chunk of stream) {
			answered = true;
			// Servers differ: usage may be missing, choices empty, content null, the model's name blank.
			if (chunk.model) model = chunk.model;
			if (chunk.usage) usage = chunk.usage;
			const choice = chunk.choices?.[0];
			const { content, refusal, tool_calls } = choice?.delta ?? {};
			if (content) yield { type: "text", text: content };
			if (refusal) yield { type: "refusal", text: refusal };
			if (tool_calls) yield* calls.read(tool_calls);
			if (choice?.finish_reason) finish = FINISH[choice.finish_reason as keyof typeof FINISH] ?? "stop";
		}
		// The client ends an aborted stream without a word.
		request.signal.throwIfAborted();
		// A web page at a wrong address is a 200 too.
		if (!answered) throw noAnswer();
	} catch (error) {
		throw chatError(error, request.model, client);
	}
	yield {
		type: "done",
		finish,
		model,
		usage: usage && {
			input_tokens: usage.prompt_tokens,
			cached_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
			output_tokens: usage.completion_tokens,
			reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
		},
	};
}

function noAnswer(): ExcerptError {
	return new ExcerptError(
		"upstream_error",
		"The model server sent no answer. Check that OPENAI_BASE_URL is the address of its API, most often with /v1.",
	);
}

function chatError(error: unknown, model: string, client: OpenAI): ExcerptError {
	if (error instanceof ExcerptError) return error;
	if (error instanceof OpenAI.NotFoundError) {
		return new ExcerptError(
			"model_not_found",
			`The model '${model}' does not exist on the configured server. GET /v1/models lists those that do; MODEL_ALIASES maps names.`,
			{
				param: "model",
				cause: error,
			},
		);
	}
	return upstreamError(error, "model", client);
}
