import fc from "fast-check";
import type OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Receipt } from "../../src/ask/receipt.ts";
import { countTokens } from "../../src/models/tokens.ts";
import { fileSearch } from "../support/ask.ts";
import { type FakeOpenAI, startFakeOpenAI } from "../support/fake-openai.ts";
import { said } from "../support/random-conversation.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

const NOTES = "note-model";
const FUNCTION = { type: "function" as const, name: "look_up", parameters: null, strict: false };

let fake: FakeOpenAI;
let t: TestService;
let storeId: string;
beforeAll(async () => {
	fake = await startFakeOpenAI();
	t = await startTestService({ OPENAI_BASE_URL: fake.url });
	const paragraphs = Array.from(
		{ length: 60 },
		(_, n) => `Office ${n} in Rome opens at ${n % 12} and costs ${n * 7} euros a day.`,
	);
	storeId = (await createStore(t.client, { "offices.txt": paragraphs.join("\n\n") })).id;
});
beforeEach(() => {
	fake.requests.length = 0;
	fake.answerInTurn();
});
afterAll(async () => {
	await t.stop();
	await fake.stop();
});

type Sent = {
	role: string;
	content: string | null;
	tool_calls?: { id: string; function: { name: string; arguments: string } }[];
	tool_call_id?: string;
};

function tokensOf(messages: Sent[]): number {
	const texts = messages.flatMap(({ content, tool_calls = [] }) => [
		content ?? "",
		...tool_calls.flatMap(({ function: called }) => [called.name, called.arguments]),
	]);
	return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

/** A request that the fake received, taken apart: what instructs, what was said before, this turn's excerpts and question, and what followed. */
function readRequest(body: Record<string, unknown>) {
	const messages = body.messages as Sent[];
	const asked = messages.findLastIndex(({ role }) => role === "user");
	const first = messages[0]?.role === "system" ? 1 : 0;
	const last = messages[asked]?.content ?? "";
	const at = last.lastIndexOf("\n\nQuestion: ");
	return {
		instructions: messages.slice(0, first),
		history: messages.slice(first, asked),
		excerpts: at === -1 ? "" : last.slice(0, at),
		question: at === -1 ? last : last.slice(at + "\n\nQuestion: ".length),
		steps: messages.slice(asked + 1),
	};
}

/** Each call is followed by what it gave, and nothing else is given. */
function expectPaired(messages: Sent[]): void {
	let open: string[] = [];
	for (const { role, tool_calls, tool_call_id } of messages) {
		if (role === "tool") expect(open).toContain(tool_call_id);
		else expect(open).toEqual([]);
		open = role === "tool" ? open.filter((id) => id !== tool_call_id) : (tool_calls ?? []).map(({ id }) => id);
	}
	expect(open).toEqual([]);
}

const receiptOf = (response: OpenAI.Responses.Response) => (response as unknown as { receipt: Receipt }).receipt;

test("over 200 random turns no request exceeds its budget, the question is there, and calls stay with what they gave", async () => {
	const turn = fc.record({
		question: said,
		answer: said,
		calls: fc.option(fc.array(said, { minLength: 1, maxLength: 3 }), { freq: 2, nil: [] as string[] }),
		asksDocuments: fc.boolean(),
		instructions: fc.option(fc.lorem({ maxCount: 20 })),
		context: fc.record({
			passage_tokens: fc.integer({ min: 100, max: 600 }),
			history_tokens: fc.integer({ min: 0, max: 1_200 }),
		}),
	});
	const turns = fc.sample(turn, { numRuns: 200, seed: 5 });
	const { id: conversation } = await t.client.conversations.create({});
	let mostTokens = 0;
	for (const [place, { question, answer, calls, asksDocuments, instructions, context }] of turns.entries()) {
		fake.requests.length = 0;
		const tools = [FUNCTION, ...(asksDocuments ? [fileSearch(storeId)] : [])];
		const ask = (input: string | OpenAI.Responses.ResponseInput) =>
			t.client.responses.create({
				model: "m",
				input,
				conversation,
				tools,
				instructions,
				context,
			} as never) as Promise<OpenAI.Responses.Response>;
		const made = calls.map((output, n) => ({ id: `call_${place}_${n}`, name: "look_up", arguments: { output } }));
		fake.answerInTurn(...(made.length > 0 ? [{ calls: made }] : []), { text: answer });
		let response = await ask([{ role: "user", content: question }]);
		if (made.length > 0) {
			response = await ask(
				made.map(({ id }, n) => ({ type: "function_call_output", call_id: id, output: calls[n] as string })),
			);
		}
		expect(response.status).toBe("completed");

		const requests = fake.requests.filter(({ path }) => path.endsWith("/chat/completions"));
		expect(requests).toHaveLength(made.length > 0 ? 2 : 1);
		for (const { body } of requests) {
			const sent = readRequest(body);
			expect(sent.question, `turn ${place}`).toBe(question);
			expect(tokensOf(sent.history), `turn ${place}`).toBeLessThanOrEqual(context.history_tokens);
			expect(countTokens(sent.excerpts), `turn ${place}`).toBeLessThanOrEqual(context.passage_tokens);
			expect(sent.excerpts !== "", `turn ${place}`).toBe(asksDocuments);
			expect(sent.history[0]?.role ?? "user").toBe("user");
			expect(JSON.stringify(sent.history)).not.toContain("<excerpt");
			expectPaired([...sent.history, ...sent.steps]);
			mostTokens = Math.max(mostTokens, tokensOf(sent.history));
		}
		const { sent, dropped, summarised } = receiptOf(response).turns;
		expect([sent + dropped, summarised]).toEqual([place, 0]);
	}
	// The budgets were in use, or nothing was shown.
	expect(mostTokens).toBeGreaterThan(800);
}, 300_000);

describe("with SUMMARISE_HISTORY", () => {
	let noting: TestService;
	beforeAll(async () => {
		noting = await startTestService({
			...{ OPENAI_BASE_URL: fake.url, SUMMARISE_HISTORY: "on", SUMMARISE_MODEL: NOTES, SUMMARISE_TIMEOUT_SECONDS: "5" },
			MODEL_PRICES: JSON.stringify({ m: { input: 1, output: 1 }, [NOTES]: { input: 1, output: 1 } }),
		});
	});
	afterAll(() => noting.stop());

	const NOTE = "The user rents the office in Rome for 490 euros.";
	const budget = 300;
	const past = [
		["Which office do I rent?", "Office 70 in Rome."],
		["What does it cost?", `490 euros. ${"And so on. ".repeat(150)}`],
		["Thank you.", "Not at all."],
	].flatMap(([question, answer]) => [
		{ role: "user" as const, content: question as string },
		{ role: "assistant" as const, content: answer as string },
	]);
	const ask = (history = past, options = {}) =>
		noting.client.responses.create({
			model: "m",
			input: [...history, { role: "user", content: "And now?" }],
			context: { history_tokens: budget },
			...options,
		} as never) as Promise<OpenAI.Responses.Response>;
	const noteRequests = () => fake.requests.filter(({ body }) => body.model === NOTES);

	test("one call makes a note of the turns that have no room, and it stands in their place", async () => {
		fake.answerAs(NOTES, NOTE);
		const receipt = receiptOf(await ask());
		const { history } = readRequest(fake.requests.at(-1)?.body ?? {});
		expect(history.map(({ role, content }) => [role, content])).toEqual([
			["user", past[0]?.content],
			["assistant", past[1]?.content],
			["user", expect.stringContaining("left out")],
			["assistant", NOTE],
			["user", "Thank you."],
			["assistant", "Not at all."],
		]);
		expect(tokensOf(history)).toBeLessThanOrEqual(budget);
		expect(receipt.turns).toEqual({ sent: 2, dropped: 0, summarised: 1 });
		expect(receipt.summary).toEqual({
			model: NOTES,
			input_tokens: expect.any(Number),
			output_tokens: expect.any(Number),
		});
		expect(noteRequests()).toHaveLength(1);
		const asked = JSON.stringify(noteRequests()[0]?.body);
		expect(asked).toContain("490 euros. And so on.");
		expect(asked).not.toContain("Thank you.");
	});

	test("a note that is longer than it was to be is cut, and the budget holds", async () => {
		fake.answerAs(NOTES, "All of it matters. ".repeat(400));
		const receipt = receiptOf(await ask());
		const { history } = readRequest(fake.requests.at(-1)?.body ?? {});
		expect(tokensOf(history)).toBeLessThanOrEqual(budget);
		expect(receipt.turns.summarised).toBe(1);
	});

	test("where all turns have room, and where a note has none, no call is made", async () => {
		fake.answerAs(NOTES, NOTE);
		expect(receiptOf(await ask(past.slice(0, 2)))).toMatchObject({
			turns: { sent: 1, dropped: 0, summarised: 0 },
			summary: null,
		});
		const tight = receiptOf(await ask(past, { context: { history_tokens: 20 } }));
		expect(tight).toMatchObject({ turns: { sent: 1, dropped: 2, summarised: 0 }, summary: null });
		expect(noteRequests()).toEqual([]);
	});

	test.each([
		["fails", () => fake.failNext("/chat/completions", { kind: "garbage" })],
		["is too slow", () => fake.failNext("/chat/completions", { kind: "hang" })],
		["is empty", () => fake.answerAs(NOTES, "")],
	])("a note that %s leaves the turns out, and the answer comes", async (_name, fault) => {
		fake.answerAs(NOTES, NOTE);
		fault();
		fake.answerInTurn({ text: "Here." });
		const response = await ask();
		expect(response.output_text).toBe("Here.");
		expect(receiptOf(response).turns).toEqual({ sent: 2, dropped: 1, summarised: 0 });
		expect(readRequest(fake.requests.at(-1)?.body ?? {}).history).toHaveLength(4);
	});
});
