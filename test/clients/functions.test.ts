import { afterAll, beforeAll, expect, test } from "vitest";
import type { ChatMessage } from "../../src/models/chat-model.ts";
import { type ClientService, startClientService } from "../support/clients.ts";

let service: ClientService;
beforeAll(async () => {
	service = await startClientService();
});
afterAll(() => service.stop());

test.each(["openai", "agents", "ai-sdk", "langchain"])(
	"%s answers the functions that the model calls",
	async (name) => {
		const { fake } = service;
		fake.requests.length = 0;
		const calls = [
			{ id: "call_1", name: "share_price", arguments: { symbol: "CL" } },
			{ id: "call_2", name: "share_price", arguments: { symbol: "COIN" } },
		];
		fake.answerInTurn({ calls }, { text: "It costs 90.12 dollars." });
		expect((await service.run(`${name}-functions`)).trim()).toBe("It costs 90.12 dollars.");

		const [first, second] = fake.requests.map(({ body }) => body as { messages: ChatMessage[]; tools: object[] });
		expect(first?.tools).toMatchObject([{ type: "function", function: { name: "share_price" } }]);
		expect(first?.messages.at(-1)?.content).toMatch(
			/Colgate-Palmolive.*Question: What does a share of Colgate-Palmolive cost\?$/s,
		);
		expect(second?.messages.slice(-3)).toMatchObject([
			{ role: "assistant", tool_calls: calls.map(({ id, name }) => ({ id, function: { name } })) },
			{ role: "tool", tool_call_id: "call_1", content: "CL: 90.12 dollars" },
			{ role: "tool", tool_call_id: "call_2", content: "COIN: 90.12 dollars" },
		]);
	},
);
