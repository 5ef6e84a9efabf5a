import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

let t: TestService;
beforeAll(async () => {
	t = await startTestService();
});
afterAll(() => t.stop());

test("upload, ask, cited answer", async () => {
	const store = await createStore(t.client, {
		"returns.txt": "Returns are accepted within 30 days of delivery.\n\nShipping is free.",
	});
	const response = await t.client.responses.create({
		model: "any",
		input: "How many days after delivery are returns accepted?",
		tools: [{ type: "file_search", vector_store_ids: [store.id] }],
	});
	expect(response.output_text).toContain("30 days");
});
