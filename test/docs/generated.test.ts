import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
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
