import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { chatRequests } from "../support/ask.ts";
import { type ClientService, startClientService } from "../support/clients.ts";

let service: ClientService;
beforeAll(async () => {
	service = await startClientService();
});
beforeEach(() => {
	service.fake.requests.length = 0;
});
afterAll(() => service.stop());

const ANSWER = { text: '{"company":"Colgate-Palmolive","symbol":"CL"}' };
const PRINTED = "{ company: 'Colgate-Palmolive', symbol: 'CL' }";

/** The last request to the model brought the excerpt, and the form that its answer was to have. */
function expectAsked(): void {
	const asked = chatRequests(service.fake).at(-1);
	const question = asked?.messages.findLast(({ role }) => role === "user");
	expect(question?.content).toMatch(/Symbol: CL;.*Question: Which symbol has Colgate-Palmolive\?$/s);
	expect(asked?.response_format).toMatchObject({
		type: "json_schema",
		json_schema: { schema: { properties: { company: { type: "string" }, symbol: { type: "string" } } } },
	});
}

test.each(["ai-sdk", "langchain"])("%s gets an answer in the form that it asks for", async (name) => {
	service.fake.answerInTurn(ANSWER);
	expect((await service.run(`${name}-structured`)).trim()).toBe(PRINTED);
	expectAsked();
});

test("an agent of @openai/agents to which another hands over gets it", async () => {
	service.fake.answerInTurn({ calls: [{ id: "call_1", name: "transfer_to_Broker", arguments: {} }] }, ANSWER);
	expect((await service.run("agents-structured")).trim()).toBe(PRINTED);
	const [first, second] = chatRequests(service.fake);
	expect(first?.tools).toMatchObject([{ function: { name: "transfer_to_Broker" } }]);
	expect(second?.messages).toContainEqual(expect.objectContaining({ role: "tool", tool_call_id: "call_1" }));
	expectAsked();
});

// Last: what is cancelled may still ask the model when it is over.
test("the openai package gets it in one piece, as a stream, and in the background, followed and cancelled", async () => {
	service.fake.answerInTurn(ANSWER, ANSWER, ANSWER, ANSWER);
	expect((await service.run("openai-structured")).trim().split("\n")).toEqual([PRINTED, PRINTED, PRINTED]);
	expectAsked();
});
