import type { z } from "@hono/zod-openapi";
import { type ErrorCode, ExcerptError } from "../errors.ts";

type Issue = z.core.$ZodIssue;

/** Checks a value against its schema; throws the first problem as the wire's 400 with the path of the field at fault. */
export function validated<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
	const parsed = schema.safeParse(value);
	if (parsed.success) return parsed.data;
	throwIssue(parsed.error, value);
}

/** For zod-openapi's `defaultHook`, with the value that was checked: its issues do not hold it. */
export function throwIssue(error: z.core.$ZodError, value: unknown): never {
	const issue = deepest(error.issues[0] as Issue);
	throw fromIssue(issue, issue.path.reduce<unknown>(valueAt, value));
}

function valueAt(value: unknown, key: PropertyKey): unknown {
	return (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
}

/** Of a union's branches the one that came furthest says what is wrong. */
function deepest(issue: Issue): Issue {
	if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
	const branches = issue.errors.flatMap((branch) => (branch[0] ? [branch[0]] : []));
	const best = branches.toSorted((a, b) => b.path.length - a.path.length)[0];
	if (!best || best.path.length === 0) return issue;
	return deepest({ ...best, path: [...issue.path, ...best.path] });
}

function fromIssue(issue: Issue, input: unknown): ExcerptError {
	const param = issue.path.reduce<string>(
		(path, key) => (typeof key === "number" ? `${path}[${key}]` : path ? `${path}.${String(key)}` : String(key)),
		"",
	);
	const [code, message] = explain(issue, param || "body", input);
	return new ExcerptError(code, message, { param: param || null });
}

function explain(issue: Issue, param: string, input: unknown): [ErrorCode, string] {
	if (input === undefined) return ["missing_required_parameter", `Missing required parameter: '${param}'.`];
	switch (issue.code) {
		case "invalid_type":
			return [
				"invalid_type",
				`Invalid type for '${param}': expected ${article(issue.expected)}, but got ${describe(input)} instead.`,
			];
		case "too_big":
			if (issue.origin === "string")
				return [
					"string_above_max_length",
					`Invalid '${param}': string too long. Expected a string with maximum length ${issue.maximum}.`,
				];
			if (issue.origin === "array")
				return [
					"array_above_max_length",
					`Invalid '${param}': array too long. Expected an array with maximum length ${issue.maximum}.`,
				];
			return [
				isWhole(input) ? "integer_above_max_value" : "decimal_above_max_value",
				`Invalid '${param}': ${isWhole(input) ? "integer" : "decimal"} above maximum value. Expected a value <= ${issue.maximum}, but got ${describe(input)} instead.`,
			];
		case "too_small":
			if (issue.origin === "string") return ["invalid_value", `Invalid '${param}': empty string.`];
			if (issue.origin === "array")
				return [
					"array_below_min_length",
					`Invalid '${param}': array too short. Expected an array with minimum length ${issue.minimum}.`,
				];
			return [
				isWhole(input) ? "integer_below_min_value" : "decimal_below_min_value",
				`Invalid '${param}': ${isWhole(input) ? "integer" : "decimal"} below minimum value. Expected a value >= ${issue.minimum}, but got ${describe(input)} instead.`,
			];
		case "invalid_value":
			return ["invalid_value", unsupported(input, issue.values)];
		case "invalid_union":
			if ("options" in issue && issue.options) return ["invalid_value", unsupported(input, issue.options)];
			if (typeof input === "string" && issue.errors.some(([first]) => first?.code === "invalid_value"))
				return ["invalid_value", unsupported(input, issue.errors.flatMap(valuesOf))];
			return [
				"invalid_type",
				`Invalid type for '${param}': expected ${issue.errors.flatMap(expectedBy).join(" or ")}, but got ${describe(input)} instead.`,
			];
		case "invalid_key":
			return issue.issues[0]?.code === "too_big"
				? [
						"string_above_max_length",
						`Invalid '${param}': key too long. Expected a key with maximum length ${issue.issues[0].maximum}.`,
					]
				: ["invalid_value", `Invalid '${param}': ${issue.message}.`];
		default:
			return ["invalid_value", `Invalid '${param}': ${issue.message}.`];
	}
}

function unsupported(input: unknown, values: readonly unknown[]): string {
	// A type that may be left out is among its own values.
	const known = values.filter((value) => value !== undefined);
	return `Invalid value: ${describe(input)}. Supported values are: ${known.map((value) => `'${String(value)}'`).join(", ")}.`;
}

function valuesOf([first]: Issue[]): readonly unknown[] {
	return first?.code === "invalid_value" ? first.values : [];
}

function expectedBy([first]: Issue[]): string[] {
	return first?.code === "invalid_type" ? [article(first.expected)] : [];
}

/** In a query numbers arrive as strings. */
function isWhole(input: unknown): boolean {
	return Number.isInteger(Number(input));
}

/** zod's names of types in the words of JSON. */
const JSON_TYPES: Record<string, string> = { int: "integer", record: "object", nan: "number" };

function article(expected: string): string {
	const name = JSON_TYPES[expected] ?? expected;
	return /^[aeio]/.test(name) ? `an ${name}` : `a ${name}`;
}

function describe(value: unknown): string {
	if (typeof value === "string") return `'${value.length > 100 ? `${value.slice(0, 100)}…` : value}'`;
	if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
	return Array.isArray(value) ? "an array" : "an object";
}
