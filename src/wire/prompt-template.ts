import { z } from "@hono/zod-openapi";
import { ExcerptError } from "../errors.ts";
import { message, responseRequest } from "./response-request.ts";

/**
 * What a version of a prompt holds: fields of a response's request. `instructions` and `input` are templates, whose
 * `{{name}}` a request fills in. A request's own field takes the place of the version's.
 */
export const promptTemplate = responseRequest
	.pick({
		model: true,
		tools: true,
		tool_choice: true,
		text: true,
		reasoning: true,
		temperature: true,
		top_p: true,
		max_output_tokens: true,
		context: true,
	})
	.extend({
		instructions: z.string().min(1),
		/** What is asked where the request brings no input. */
		input: z.union([z.string(), z.array(message).min(1)]).nullish(),
	});

export type PromptTemplate = z.output<typeof promptTemplate>;
type Variables = NonNullable<NonNullable<z.output<typeof responseRequest>["prompt"]>["variables"]>;

const PLACEHOLDER = /\{\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}/g;

/** The names that a template asks for, each once, in their order. */
export function variablesOf({ instructions, input }: PromptTemplate): string[] {
	const texts = [instructions, ...textsOf(input ?? [])];
	return [...new Set(texts.flatMap((text) => [...text.matchAll(PLACEHOLDER)].map((match) => match[1] as string)))];
}

/**
 * The request with what the version says where the request itself says nothing. Throws 400 that names the first variable
 * of the texts used that the request does not give.
 */
export function applyTemplate(
	request: z.output<typeof responseRequest>,
	template: PromptTemplate,
	version: string,
): z.output<typeof responseRequest> {
	const { prompt } = request;
	if (!prompt) return request;
	const variables = prompt.variables ?? {};
	const { instructions, input, ...defaults } = template;
	return {
		...request,
		...without(defaults, request),
		instructions: request.instructions ?? fill(instructions, variables),
		input: request.input ?? (input && fillInput(input, variables)),
		prompt: { ...prompt, version },
	};
}

/** The fields of `given` for which `request` has nothing; null says nothing. */
function without<Fields extends object>(given: Fields, request: object): Partial<Fields> {
	const own = request as Record<string, unknown>;
	return Object.fromEntries(Object.entries(given).filter(([key]) => (own[key] ?? null) === null)) as Partial<Fields>;
}

function fillInput(input: NonNullable<PromptTemplate["input"]>, variables: Variables) {
	if (typeof input === "string") return fill(input, variables);
	return input.map((item) => ({
		...item,
		content:
			typeof item.content === "string"
				? fill(item.content, variables)
				: item.content.map((part) => ("text" in part ? { ...part, text: fill(part.text, variables) } : part)),
	}));
}

/** In one pass: a value that itself looks like a placeholder stays what it is. */
function fill(text: string, variables: Variables): string {
	return text.replace(PLACEHOLDER, (_match, name: string) => {
		const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
		if (value === undefined) throw missing(name);
		return typeof value === "string" ? value : value.text;
	});
}

function textsOf(input: NonNullable<PromptTemplate["input"]>): string[] {
	if (typeof input === "string") return [input];
	return input.flatMap(({ content }) =>
		typeof content === "string" ? [content] : content.flatMap((part) => ("text" in part ? [part.text] : [])),
	);
}

function missing(name: string): ExcerptError {
	return new ExcerptError(
		"missing_required_parameter",
		`Missing required parameter: 'prompt.variables.${name}'. The prompt's text has {{${name}}}.`,
		{ param: `prompt.variables.${name}` },
	);
}
