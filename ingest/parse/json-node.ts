/**
 * A JSON value as the walker sees it, whether it was parsed or is still a span of a large file. Children can be asked
 * for more than once. A member's key is a string in an object, its index in an array.
 */
export type JsonNode =
	| { type: "scalar"; text: string }
	| { type: "array" | "object"; children: () => Iterable<[key: string | number, node: JsonNode]> };

/** A number that JavaScript would print otherwise than the file writes it (`1.50`, 20 digits). */
class Digits {
	readonly source: string;
	constructor(source: string) {
		this.source = source;
	}
}

/** Finds what may be such a number: 16 digits, a trailing zero after the point, an exponent, a negative zero. */
const UNUSUAL_NUMBER = /\d{16}|\.\d*0(?!\d)|\d[eE]|-0/;

/** `JSON.parse`, but numbers keep the digits of the source. Throws what JSON.parse throws. */
export function parseJson(text: string): unknown {
	if (!UNUSUAL_NUMBER.test(text)) return JSON.parse(text);
	return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
		typeof value === "number" && context?.source !== undefined && String(value) !== context.source
			? new Digits(context.source)
			: value,
	);
}

/** A parsed value as a node. */
export function valueNode(value: unknown): JsonNode {
	if (value instanceof Digits) return { type: "scalar", text: value.source };
	if (Array.isArray(value)) return { type: "array", children: () => elements(value) };
	if (typeof value === "object" && value !== null) return { type: "object", children: () => members(value) };
	return { type: "scalar", text: typeof value === "string" ? value.replace(/\r\n?/g, "\n") : String(value) };
}

function* elements(array: unknown[]): Generator<[number, JsonNode]> {
	for (let i = 0; i < array.length; i++) yield [i, valueNode(array[i])];
}

function* members(object: object): Generator<[string, JsonNode]> {
	for (const [key, value] of Object.entries(object)) yield [key, valueNode(value)];
}
