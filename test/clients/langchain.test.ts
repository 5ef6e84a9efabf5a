import { afterAll, beforeAll, expect, test } from "vitest";
import { CITED, type ClientService, FIRST_ANSWER, startClientService } from "../support/clients.ts";

let service: ClientService;
beforeAll(async () => {
	service = await startClientService();
});
afterAll(() => service.stop());

test("LangChain asks, cites, streams, and goes on by its messages and by response", async () => {
	const printed = await service.run("langchain");
	expect(printed.split("\n")[0]).toMatch(FIRST_ANSWER);
	expect(printed).toMatch(CITED);
	expect(printed).toMatch(/(^Symbol: .*\.\n){2}$/m);
	const first = ["Where is the headquarters of Colgate-Palmolive?", expect.stringMatching(FIRST_ANSWER)];
	expect(service.asked()).toEqual([
		["Question: Where is the headquarters of Colgate-Palmolive?"],
		[...first, "Question: When was it founded?"],
		[...first, "Question: When was it added to the list?"],
	]);
});
