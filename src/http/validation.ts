import type { z } from "@hono/zod-openapi";
import { type ErrorCode, ExcerptError } from "../errors.ts";

type Issue = z.core.$ZodIssue;

/** Checks a value against its schema; throws the first problem as the wire's 400 with the path of the field at fault. */
export function validated<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
	const parsed = schema.safeParse(value, { reportInput: true });
	if (parsed.success) return parsed.data;
	throw fromIssue(deepest(parsed.error.issues[0] as Issue));
}

/** For zod-openapi's `defaultHook`. */
export function throwIssue(error: z.core.$ZodError): never {
	throw fromIssue(deepest(error.issues[0] as Issue));
}

/** Of a union's branches the one that came furthest says what is wrong. */
function deepest(issue: Issue): Issue {
	if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
	const branches = issue.errors.flatMap((branch) => (branch[0] ? [branch[0]] : []));
	const best = branches.toSorted((a, b) => b.path.length - a.path.length)[0];
	if (!best || best.path.length === 0) return issue;
	return deepest({ ...best, path: [...issue.path, ...best.path] });
}

function fromIssue(issue: Issue): ExcerptError {
	const param = issue.path.reduce<string>(
		(path, key) => (typeof key === "number" ? `${path}[${key}]` : path ? `${path}.${String(key)}` : String(key)),
		"",
	);
	const [code, message] = explain(issue, param || "body");
	return new ExcerptError(code, message, { param: param || null });
}

function explain(issue: Issue, param: string): [ErrorCode, string] {
	switch (issue.code) {
		case "invalid_type":
			if (issue.input === undefined) return ["missing_required_parameter", `Missing required parameter: '${param}'.`];
			return [
				"invalid_type",
				`Invalid type for '${param}': expected ${article(issue.expected)}, but got ${describe(issue.input)} instead.`,
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
				isWhole(issue) ? "integer_above_max_value" : "decimal_above_max_value",
				`Invalid '${param}': ${isWhole(issue) ? "integer" : "decimal"} above maximum value. Expected a value <= ${issue.maximum}, but got ${describe(issue.input)} instead.`,
			];
		case "too_small":
			if (issue.origin === "string") return ["invalid_value", `Invalid '${param}': empty string.`];
			if (issue.origin === "array")
				return [
					"array_below_min_length",
					`Invalid '${param}': array too short. Expected an array with minimum length ${issue.minimum}.`,
				];
			return [
				isWhole(issue) ? "integer_below_min_value" : "decimal_below_min_value",
				`Invalid '${param}': ${isWhole(issue) ? "integer" : "decimal"} below minimum value. Expected a value >= ${issue.minimum}, but got ${describe(issue.input)} instead.`,
			];
		case "invalid_value":
			if (issue.input === undefined) return ["missing_required_parameter", `Missing required parameter: '${param}'.`];
			return [
				"invalid_value",
				`Invalid value: ${describe(issue.input)}. Supported values are: ${issue.values.map((value) => `'${String(value)}'`).join(", ")}.`,
			];
		case "invalid_union":
			if (issue.input === undefined) return ["missing_required_parameter", `Missing required parameter: '${param}'.`];
			if (issue.discriminator) {
				const given = (issue.input as Record<string, unknown>)[issue.discriminator];
				return ["invalid_value", `Invalid value for '${param}': ${describe(given)} is not one that is served.`];
			}
			return [
				"invalid_value",
				`Invalid value for '${param}': ${describe(issue.input)} fits none of the accepted forms.`,
			];
		default:
			return ["invalid_value", `Invalid '${param}': ${issue.message}.`];
	}
}

function isWhole(issue: { origin?: string; input?: unknown }): boolean {
	return issue.origin === "int" || Number.isInteger(issue.input);
}

function article(expected: string): string {
	return /^[aeio]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function describe(value: unknown): string {
	if (typeof value === "string") return `'${value.length > 100 ? `${value.slice(0, 100)}…` : value}'`;
	if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
	return Array.isArray(value) ? "an array" : "an object";
}
