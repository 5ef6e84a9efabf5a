import type { Usage } from "../types.ts";
import type { AnswerFormat, ChatMessage, ChatTool } from "./chat-model.ts";
import { countTokens } from "./tokens.ts";

/**
 * What a chat model is sent beside the words, by OpenAI's account for gpt-4o (cookbook, "How to count tokens with tiktoken",
 * sections 6 and 7): its messages come out exact, its tools nearly. Other models frame theirs with about as many.
 */
const MESSAGE = 3;
/** The beginning of the answer, which the model goes on from. */
const ANSWER = 3;
const FUNCTION = 7;
const FUNCTIONS = 12;
const PROPERTIES = 3;
const PROPERTY = 3;
const ENUM = -3;
const ENUM_VALUE = 3;
/** The cookbook has no calls; this is what gpt-tokenizer counts for one. */
const CALL = 3;

/** Tokens of what messages say, calls of tools among it; without the few that frame each message, which differ by model. */
export function countMessages(messages: ChatMessage[]): number {
	return messages.reduce((sum, message) => sum + countTokens(message.content) + countCalls(message), 0);
}

function countCalls(message: ChatMessage): number {
	return callsOf(message).reduce((sum, call) => sum + countTokens(call.name) + countTokens(call.arguments), 0);
}

function callsOf(message: ChatMessage) {
	return message.role === "assistant" ? (message.toolCalls ?? []) : [];
}

/** Tokens of a whole request, as a server will count it: messages and tools with what frames them, and the answer's form. */
export function countRequest(messages: ChatMessage[], tools: ChatTool[], format: AnswerFormat): number {
	const frames = messages.reduce(
		(sum, message) => sum + MESSAGE + countTokens(message.role) + CALL * callsOf(message).length,
		ANSWER,
	);
	return countMessages(messages) + frames + countTools(tools) + countForm(format);
}

/** What a call took by our count, for servers that report nothing. */
export function estimateUsage(input_tokens: number, written: string): Usage {
	return { input_tokens, cached_tokens: 0, output_tokens: countTokens(written), reasoning_tokens: 0 };
}

/** A schema is sent to the model as it is; nobody says how it is framed. */
function countForm(format: AnswerFormat): number {
	return format.type === "json_schema" ? countTokens(JSON.stringify(format.schema)) : 0;
}

/** Tokens of the functions that a model is offered, in the form in which models are shown them. */
export function countTools(tools: ChatTool[]): number {
	if (tools.length === 0) return 0;
	return tools.reduce((sum, { name, description, parameters }) => {
		return sum + FUNCTION + countTokens(`${name}:${bare(description)}`) + countProperties(parameters ?? {});
	}, FUNCTIONS);
}

type Schema = { [key: string]: unknown };

/** The cookbook counts one level of properties; those below it are counted alike. */
function countProperties(schema: Schema): number {
	const nested = [schema.items, ...(["anyOf", "oneOf", "allOf"].flatMap((key) => schema[key] ?? []) as unknown[])];
	const below = nested.filter(isSchema).reduce((sum, part) => sum + countProperties(part), 0);
	const properties = Object.entries((schema.properties ?? {}) as Schema).filter(([, part]) => isSchema(part));
	return properties.reduce(
		(sum, [name, part]) => sum + countProperty(name, part as Schema),
		properties.length > 0 ? below + PROPERTIES : below,
	);
}

function countProperty(name: string, schema: Schema): number {
	const { type, description } = schema;
	const values = Array.isArray(schema.enum) ? schema.enum : [];
	const line = countTokens(`${name}:${[type].flat().join("|")}:${bare(description)}`);
	const ofEnum = values.reduce<number>(
		(sum, value) => sum + ENUM_VALUE + countTokens(String(value)),
		values.length > 0 ? ENUM : 0,
	);
	return PROPERTY + line + ofEnum + countProperties(schema);
}

function isSchema(value: unknown): value is Schema {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bare(description: unknown): string {
	return typeof description === "string" ? description.replace(/\.$/, "") : "";
}
