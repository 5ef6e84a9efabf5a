import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/**
 * OpenAI's schema of the wire, compiled as API.md §12 advises: its `oneOf` unions overlap, so they are read as `anyOf`;
 * `usage` is null on a response that is not done, `first_id` and `last_id` on an empty list; `strict` of function tools
 * is left out by real clients. Keys beside theirs are allowed: that is where ours are (docs/api.md).
 */
type Schema = { [key: string]: unknown };
type Operation = { responses: Record<string, { content?: Record<string, { schema: Schema }> }> };

const document = JSON.parse(
	readFileSync(new URL("../../fixtures/wire/openai-subset.openapi.json", import.meta.url), "utf8"),
);
loosen(document.components.schemas);

const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
addFormats.default(ajv);
ajv.addSchema({ $id: "wire", components: document.components });
const compiled = new Map<string, ValidateFunction>();

const ERROR: Schema = { $ref: "wire#/components/schemas/ErrorResponse" };

/** Throws where the body of this route and status does not fit the schema; routes of our own have none. */
export function expectWire(method: string, path: string, status: number, body: unknown): void {
	const operation = operationOf(method, path);
	const schema = operation?.responses["200"]?.content?.["application/json"]?.schema;
	const reference = status >= 400 ? "ErrorResponse" : (schema?.$ref as string | undefined);
	if (reference) expectSchema(reference.split("/").at(-1) as string, body);
}

/** Throws where the value does not fit the schema of that name. */
export function expectSchema(name: string, value: unknown): void {
	const schema = name === "ErrorResponse" ? ERROR : { $ref: `wire#/components/schemas/${name}` };
	const validate = compiled.get(name) ?? ajv.compile(schema);
	compiled.set(name, validate);
	if (validate(value)) return;
	const [error] = validate.errors ?? [];
	throw new Error(
		`not a ${name}: ${error?.instancePath || "/"} ${error?.message} in ${JSON.stringify(value).slice(0, 500)}`,
	);
}

function operationOf(method: string, path: string): Operation | undefined {
	for (const [template, operations] of Object.entries(document.paths as Record<string, Record<string, Operation>>)) {
		const pattern = new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
		if (pattern.test(path)) return operations[method.toLowerCase()];
	}
	return undefined;
}

function loosen(node: unknown): void {
	if (Array.isArray(node)) for (const item of node) loosen(item);
	else if (node !== null && typeof node === "object") {
		const schema = node as Schema;
		if (Array.isArray(schema.oneOf)) {
			schema.anyOf = schema.oneOf;
			delete schema.oneOf;
			delete schema.discriminator;
		}
		if (schema.$ref !== undefined && typeof schema.$ref === "string") schema.$ref = schema.$ref.replace(/^#/, "wire#");
		if (schema.additionalProperties === false) delete schema.additionalProperties;
		const properties = schema.properties as Record<string, Schema> | undefined;
		if (properties?.usage && !Array.isArray(schema.enum))
			properties.usage = { anyOf: [properties.usage, { type: "null" }] };
		if (properties?.strict && Array.isArray(schema.required)) {
			schema.required = schema.required.filter((key: string) => key !== "strict");
		}
		for (const name of ["first_id", "last_id"]) {
			if (properties?.[name]) properties[name] = { anyOf: [properties[name], { type: "null" }] };
		}
		for (const value of Object.values(schema)) loosen(value);
	}
}
