import OpenAI from "openai";
import { ExcerptError } from "../errors.ts";
import type { ChatAdapter, ChatEvent, ChatRequest, Wishes } from "./chat-model.ts";
import { listen } from "./listen.ts";
import { ToolCallReader, toCompletionMessage, toCompletionTools, toResponseFormat } from "./openai-chat-tools.ts";
import { upstreamError } from "./openai-client.ts";
import { withWishes } from "./with-wishes.ts";

export type ChatSettings = { MODEL_TIMEOUT_SECONDS: number; MODEL_RETRIES: number };

/** Chat completions of any OpenAI-compatible server, streamed. */
export function createOpenAIChat(client: OpenAI, settings: ChatSettings): ChatAdapter {
	return {
		async list() {
			try {
				const names: string[] = [];
				for await (const model of client.models.list()) names.push(model.id);
				return names;
			} catch (error) {
				throw upstreamError(error, "model", client);
			}
		},
		stream: (request) => streamCompletion(client, settings, request),
	};
}

const FINISH = { length: "length", content_filter: "content_filter" } as const;

async function* streamCompletion(
	client: OpenAI,
	settings: ChatSettings,
	request: ChatRequest,
): AsyncGenerator<ChatEvent> {
	let finish: "stop" | "length" | "content_filter" = "stop";
	let usage: OpenAI.CompletionUsage | null = null;
	let model = request.model;
	let answered = false;
	const calls = new ToolCallReader();
	const open = (signal: AbortSignal) =>
		withWishes(request.wishes, (wishes) =>
			client.chat.completions.create(completionOf(request, wishes), callOptions(settings, signal)),
		);
	try {
		for await (const chunk of listen(open, request.signal, settings.MODEL_TIMEOUT_SECONDS)) {
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
		// A web page at a wrong address is a 200 too.
		if (!answered) throw noAnswer();
	} catch (error) {
		throw chatError(error, request, client);
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

function completionOf(request: ChatRequest, wishes: Wishes): OpenAI.ChatCompletionCreateParamsStreaming {
	return {
		model: request.model,
		messages: request.messages.map(toCompletionMessage),
		...toCompletionTools(request),
		...toResponseFormat(request.format),
		stream: true,
		stream_options: { include_usage: true },
		...(request.max_output_tokens !== null && { max_completion_tokens: request.max_output_tokens }),
		...(request.temperature !== null && { temperature: request.temperature }),
		...(request.top_p !== null && { top_p: request.top_p }),
		...wishes,
	};
}

/** The client tries again only until a response begins. It would take a silent server for one that is away, and ask again. */
function callOptions(
	{ MODEL_RETRIES, MODEL_TIMEOUT_SECONDS }: ChatSettings,
	signal: AbortSignal,
): OpenAI.RequestOptions {
	return { signal, maxRetries: MODEL_RETRIES, timeout: 2000 * MODEL_TIMEOUT_SECONDS };
}

function noAnswer(): ExcerptError {
	return new ExcerptError(
		"upstream_error",
		"The model server sent no answer. Check that OPENAI_BASE_URL is the address of its API, most often with /v1.",
	);
}

function chatError(error: unknown, { model, signal }: ChatRequest, client: OpenAI): ExcerptError {
	if (error instanceof ExcerptError) return error;
	if (signal.aborted) return new ExcerptError("upstream_error", "The model was stopped.", { cause: error });
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
