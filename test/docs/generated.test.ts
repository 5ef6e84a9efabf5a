import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withClientExamples } from "../../scripts/client-examples.ts";
import { describeSchema } from "../../scripts/describe-schema.ts";
import { withSettingsTable } from "../../scripts/settings-table.ts";
import { startTestService, type TestService } from "../support/service.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

let t: TestService;
beforeAll(async () => {
	t = await startTestService({}, { worker: false });
});
afterAll(() => t.stop());

test("sql/schema.sql is what the migrations add up to (npm run schema)", async () => {
	expect(read("sql/schema.sql")).toBe(await describeSchema(t.service.db));
});

test("the README's settings are those of src/config.ts (npm run docs)", () => {
	expect(read("README.md")).toBe(withSettingsTable(read("README.md")));
});

test("the README's examples are the programs that are tried (npm run docs)", () => {
	const readme = read("README.md");
	expect(readme.match(/^<!-- test\/clients\//gm)).toHaveLength(5);
	expect(readme).toBe(withClientExamples(readme));
});
