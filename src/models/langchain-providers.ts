import type { AnswerFormat, Wishes } from "./chat-model.ts";
import { toResponseFormat } from "./openai-chat-tools.ts";

type Form = Exclude<AnswerFormat, { type: "text" }>;

/** Where a provider's LangChain package goes its own way; what they share is said in langchain-chat.ts. */
export type Provider = {
	/** What is installed beside `langchain`. */
	package: string;
	/** Its field for the most tokens an answer may have. */
	maxTokens: "maxTokens" | "maxOutputTokens" | "maxCompletionTokens" | "numPredict";
	/** How one certain tool is chosen: by its name alone, or as OpenAI writes it. */
	choice: "name" | "function";
	/** Call options that give the answer its form; null where the package has none that leave it a stream of text. */
	formed(form: Form): Record<string, unknown> | null;
	/** Fields of the model that say what a client wishes, as far as the package has any. */
	wished(wishes: Wishes): Record<string, unknown>;
};

const nothing = () => ({});

const usual = { maxTokens: "maxTokens", choice: "name", formed: toResponseFormat, wished: nothing } as const;
const formless = { ...usual, formed: () => null } as const;

/**
 * Providers of `initChatModel` (langchain 1.5.14) whose package npm has, read in the source of its newest version of November
 * 2026. `mistral`, which it takes for `mistralai`, is none: servers have models of that name, `mistral:7b`.
 */
const PROVIDERS = new Map<string, Provider>(
	Object.entries({
		openai: { package: "@langchain/openai", ...usual, wished: openaiWishes },
		azure_openai: { package: "@langchain/openai", ...usual, wished: openaiWishes },
		anthropic: { package: "@langchain/anthropic", ...usual, formed: anthropicForm, wished: anthropicWishes },
		"google-genai": { package: "@langchain/google-genai", ...formless, maxTokens: "maxOutputTokens" },
		"google-vertexai": { package: "@langchain/google-vertexai", ...formless, maxTokens: "maxOutputTokens" },
		mistralai: { package: "@langchain/mistralai", ...usual, choice: "function", formed: mistralForm },
		ollama: { package: "@langchain/ollama", ...usual, maxTokens: "numPredict", formed: ollamaForm },
		groq: { package: "@langchain/groq", ...usual },
		bedrock: { package: "@langchain/aws", ...formless },
		deepseek: { package: "@langchain/deepseek", ...usual },
		xai: { package: "@langchain/xai", ...usual },
		cerebras: { package: "@langchain/cerebras", ...usual, maxTokens: "maxCompletionTokens" },
	}),
);

/** The provider that a name of the form `provider:model` begins with; undefined where none that is known does. */
export function providerOf(model: string): (Provider & { name: string }) | undefined {
	const [, name = ""] = /^([^:]+):./.exec(model) ?? [];
	const provider = PROVIDERS.get(name);
	return provider && { ...provider, name };
}

function anthropicForm(form: Form) {
	if (form.type === "json_object") return null;
	return { outputConfig: { format: { type: "json_schema", schema: form.schema } } };
}

/** Their efforts begin at low. */
function anthropicWishes({ reasoning_effort: effort }: Wishes) {
	return effort && effort !== "none" && effort !== "minimal" ? { outputConfig: { effort } } : {};
}

/** The package tells an effort only to models that it knows to think, and has no field for `safety_identifier`. */
function openaiWishes({ reasoning_effort, verbosity, prompt_cache_key }: Wishes) {
	return {
		...(reasoning_effort && { reasoning: { effort: reasoning_effort } }),
		...(verbosity && { verbosity }),
		...(prompt_cache_key && { promptCacheKey: prompt_cache_key }),
	};
}

function ollamaForm(form: Form) {
	return { format: form.type === "json_object" ? "json" : form.schema };
}

/** Mistral's client writes the wire's names its own way. */
function mistralForm(form: Form) {
	if (form.type === "json_object") return { response_format: { type: "json_object" } };
	const { name, schema, strict, description } = form;
	const jsonSchema = { name, schemaDefinition: schema, strict: strict ?? false, ...(description && { description }) };
	return { response_format: { type: "json_schema", jsonSchema } };
}
