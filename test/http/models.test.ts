import { NotFoundError } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { startTestService, type TestService } from "../support/service.ts";

describe("without a model server", () => {
	let t: TestService;
	beforeAll(async () => {
		t = await startTestService({}, { worker: false });
	});
	afterAll(() => t.stop());

	test("the one model is the extractive one", async () => {
		const page = await t.client.models.list();
		expect(page.data).toEqual([
			{ id: "extractive", object: "model", created: expect.any(Number), owned_by: "excerpt" },
		]);
		expect(await t.client.models.retrieve("extractive")).toEqual(page.data[0]);
	});

	test("an unknown one is a 404 that says where the known ones are", async () => {
		const error = await t.client.models.retrieve("gpt-none").catch((thrown) => thrown);
		expect(error).toBeInstanceOf(NotFoundError);
		expect(error).toMatchObject({ code: "model_not_found", param: "model" });
		expect(error.message).toContain("'gpt-none' does not exist");
		expect(error.message).toContain("GET /v1/models");
	});
});

describe("with a model server", () => {
	let fake: FakeOpenAI;
	let t: TestService;
	beforeAll(async () => {
		fake = await startFakeOpenAI();
		t = await startTestService(
			{ OPENAI_BASE_URL: fake.url, OPENAI_API_KEY: "k", MODEL_ALIASES: "org/model name=fake-model,*=fake-model" },
			{ worker: false },
		);
	});
	afterAll(async () => {
		await t.stop();
		await fake.stop();
	});

	test("its models are listed, and the names that stand for them", async () => {
		expect((await t.client.models.list()).data.map((model) => model.id)).toEqual(["fake-model", "org/model name"]);
	});

	test("an id with a slash is found, encoded", async () => {
		expect((await t.client.models.retrieve("org/model name")).id).toBe("org/model name");
		await expect(t.client.models.retrieve("org/other")).rejects.toThrow("'org/other' does not exist");
	});

	test("a server that is away is told apart from a list that is empty", async () => {
		fake.setDown(true);
		await expect(t.client.models.list()).rejects.toMatchObject({ status: 502, code: "upstream_error" });
		fake.setDown(false);
		expect((await t.client.models.list()).data).not.toEqual([]);
	});
});
