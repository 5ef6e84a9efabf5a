import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorOf, send, sendJson } from "../support/send.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { fixture } from "../support/upload.ts";
import { wireTable } from "../support/wire-page.ts";

type Schema = {
	$ref?: string;
	allOf?: Schema[];
	anyOf?: Schema[];
	oneOf?: Schema[];
	enum?: string[];
	const?: string;
} & {
	properties?: Record<string, Schema>;
};
const { paths, components } = JSON.parse(readFileSync(fixture("wire/openai-subset.openapi.json"), "utf8")) as {
	paths: Record<string, object>;
	components: { schemas: Record<string, Schema> };
};

let t: TestService;
beforeAll(async () => {
	t = await startTestService({}, { worker: false });
});
afterAll(() => t.stop());

describe("docs/wire.md", () => {
	test("has every endpoint of OpenAI's schema", () => {
		expect([...wireTable("Endpoints").keys()].toSorted()).toEqual(operationsOf(paths).toSorted());
	});

	test("says of those that are served that they are", async () => {
		const { body } = await send(t.url, "GET", "/openapi.json");
		const theirs = new Set(operationsOf(paths));
		const served = operationsOf(body.paths as Record<string, object>)
			.map((operation) => operation.replace(" /v1", " "))
			.filter((operation) => theirs.has(operation));
		expect(served.length).toBeGreaterThan(30);
		for (const operation of served) expect(wireTable("Endpoints").get(operation), operation).toBe("served");
	});

	test("has every field of a response's request", () => {
		const fields = Object.keys(propertiesOf({ $ref: "CreateResponse" })).toSorted();
		expect([...wireTable("A response's request").keys()].toSorted()).toEqual(fields);
	});

	test("has every tool, and those it calls refused are refused by name", async () => {
		const tools = wireTable("Tools");
		for (const type of toolTypes()) {
			expect(tools.has(type), type).toBe(true);
			if (tools.get(type) !== "refused") continue;
			const sent = await sendJson(t.url, "POST", "/v1/responses", { model: "any", input: "?", tools: [{ type }] });
			expect([sent.status, errorOf(sent).param], type).toEqual([400, "tools[0].type"]);
			expect(errorOf(sent).message).toContain(`'${type}'`);
		}
	});
});

function operationsOf(paths: Record<string, object>): string[] {
	return Object.entries(paths).flatMap(([path, methods]) =>
		Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
	);
}

function resolve(schema: Schema): Schema {
	return schema.$ref ? (components.schemas[schema.$ref.split("/").at(-1) as string] as Schema) : schema;
}

function propertiesOf(schema: Schema): Record<string, Schema> {
	const { properties = {}, allOf = [] } = resolve(schema);
	return Object.assign({}, properties, ...allOf.map(propertiesOf));
}

function toolTypes(): string[] {
	const { anyOf, oneOf } = resolve({ $ref: "Tool" });
	const types = (anyOf ?? oneOf ?? []).map((tool) => propertiesOf(tool).type);
	// A web search has dated names too; they are the same tool.
	return types.flatMap((type) => (type?.enum?.slice(0, 1) ?? [type?.const]) as string[]);
}
