import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

test("answers ok once it can serve", async () => {
	const response = await fetch(`${t.url}/health`);
	expect(response.status).toBe(200);
	expect(await response.json()).toEqual({ status: "ok" });
});
