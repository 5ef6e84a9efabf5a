import type { AIMessageChunk } from "@langchain/core/messages";
import { ExcerptError, messageOf } from "../errors.ts";
import type { ChatAdapter, ChatEvent, ChatRequest, Wishes } from "./chat-model.ts";
import { type Ending, readEnding } from "./langchain-ending.ts";
import { providerError, withoutKeys } from "./langchain-error.ts";
import { toLangChainMessage } from "./langchain-messages.ts";
import { type Provider, providerOf } from "./langchain-providers.ts";
import { listen } from "./listen.ts";
import { ToolCallReader, toCompletionTools } from "./openai-chat-tools.ts";
import { withWishes } from "./with-wishes.ts";

export type LangChainSettings = {
	MODEL_TIMEOUT_SECONDS: number;
	MODEL_RETRIES: number;
	OPENAI_BASE_URL: string;
	OPENAI_API_KEY: string;
};

/** Half a second that only who asks such a model pays; whether it is installed is seen then. */
const importLangChain = () => import("langchain/chat_models/universal");

/**
 * Models of the form `provider:model` through LangChain's `initChatModel`, streamed. Each provider reads its key from its own
 * environment variable; `openai` has its key and address from our settings of the same names.
 */
export function createLangChainChat(settings: LangChainSettings, load = importLangChain): ChatAdapter {
	return {
		list: async () => [],
		async *stream(request) {
			const provider = providerOf(request.model);
			if (!provider) throw new ExcerptError("server_error", `'${request.model}' names no provider of LangChain's.`);
			const prepared = (wishes: Wishes) => prepare(provider, settings, { ...request, wishes }, load);
			try {
				// Before the call, whose server may be silent only so long: loading a package takes its time.
				const asWished = await prepared(request.wishes);
				const open = (signal: AbortSignal) =>
					withWishes(request.wishes, async (wishes) => {
						const call = wishes === request.wishes ? asWished : await prepared(wishes);
						return call(signal);
					});
				yield* streamMessage(open, settings, request);
			} catch (error) {
				if (error instanceof ExcerptError) throw error;
				if (!request.signal.aborted) throw providerError(error, request.model);
				throw new ExcerptError("upstream_error", "The model was stopped.", { cause: error });
			}
		},
	};
}

type Prepared = (signal: AbortSignal) => Promise<AsyncIterable<AIMessageChunk>>;

/** Everything before the call. Throws `configuration` where a package or a key is missing, 400 for what cannot be asked. */
async function prepare(
	provider: Provider & { name: string },
	settings: LangChainSettings,
	request: ChatRequest,
	load: typeof importLangChain,
): Promise<Prepared> {
	const messages = request.messages.map(toLangChainMessage);
	const form = formOf(provider, request);
	const { tools, tool_choice, ...parallel } = toCompletionTools(request);
	const { toolChoice } = request;
	const choice = toolChoice === "required" ? "any" : typeof toolChoice === "string" ? toolChoice : toolChoice.name;
	try {
		const { initChatModel } = await load();
		const model = await initChatModel(request.model, {
			maxRetries: settings.MODEL_RETRIES,
			...(request.max_output_tokens !== null && { [provider.maxTokens]: request.max_output_tokens }),
			...(request.temperature !== null && { temperature: request.temperature }),
			...(request.top_p !== null && { topP: request.top_p }),
			...provider.wished(request.wishes),
			...(provider.name === "openai" && openaiServer(settings)),
		});
		const options = {
			...form,
			...parallel,
			// It is the default, and some providers refuse even that.
			...(choice !== "auto" && {
				tool_choice: typeof toolChoice === "object" && provider.choice === "function" ? tool_choice : choice,
			}),
		};
		const ready = tools ? model.bindTools(tools, options) : model;
		return (signal) => ready.stream(messages, { ...(tools ? {} : form), signal });
	} catch (error) {
		throw notReady(error, provider);
	}
}

function openaiServer({ OPENAI_BASE_URL, OPENAI_API_KEY }: LangChainSettings) {
	return {
		apiKey: OPENAI_API_KEY || "none",
		configuration: { baseURL: OPENAI_BASE_URL || undefined, logLevel: "off" },
	};
}

function formOf(provider: Provider & { name: string }, { format }: ChatRequest): Record<string, unknown> {
	if (format.type === "text") return {};
	const form = provider.formed(format);
	if (form) return form;
	throw new ExcerptError(
		"invalid_value",
		`'${format.type}' cannot be asked of '${provider.name}' through LangChain. Ask for text, or another provider.`,
		{ param: "text.format.type" },
	);
}

function notReady(error: unknown, provider: Provider & { name: string }): ExcerptError {
	const missing =
		(error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND" || /^Unable to import/.test(messageOf(error));
	return new ExcerptError(
		"configuration",
		missing
			? `Models of '${provider.name}' need packages that are not installed: npm install langchain ${provider.package}`
			: `Models of '${provider.name}' cannot be used: ${withoutKeys(messageOf(error))}`,
		{ cause: error },
	);
}

async function* streamMessage(
	open: Prepared,
	{ MODEL_TIMEOUT_SECONDS }: LangChainSettings,
	{ model: asked, signal }: ChatRequest,
): AsyncGenerator<ChatEvent> {
	const calls = new ToolCallReader();
	const ending: Ending = { finish: "stop", model: asked, usage: null };
	let answered = false;
	for await (const chunk of listen(open, signal, MODEL_TIMEOUT_SECONDS)) {
		answered = true;
		if (chunk.text) yield { type: "text", text: chunk.text };
		for (const { id, name, args, index } of chunk.tool_call_chunks ?? []) {
			// Anthropic's calls stand among its blocks of text, and have their index from those.
			yield* calls.read([{ index: index as number, id, function: { name, arguments: args } }]);
		}
		readEnding(chunk, ending);
	}
	if (!answered) {
		throw new ExcerptError("upstream_error", `The provider of the model '${asked}' sent no answer. Check its address.`);
	}
	yield { type: "done", ...ending };
}
