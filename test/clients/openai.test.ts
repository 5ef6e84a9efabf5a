import { afterAll, beforeAll, expect, test } from "vitest";
import { CITED, type ClientService, FIRST_ANSWER, startClientService } from "../support/clients.ts";

let service: ClientService;
beforeAll(async () => {
	service = await startClientService();
});
afterAll(() => service.stop());

test("the openai package asks, cites, streams, and goes on by response and by conversation", async () => {
	const printed = await service.run("openai");
	expect(printed.split("\n")[0]).toMatch(FIRST_ANSWER);
	expect(printed).toMatch(CITED);
	expect(printed).toMatch(
		/^Symbol: .*\.\n[1-9]\d* tokens read\n(Symbol: .*\.\n){2}(message\nfile_search_call\nmessage\n){2}$/m,
	);
	expect(service.asked()).toEqual([
		["Question: Where is the headquarters of Colgate-Palmolive?"],
		[
			"Where is the headquarters of Colgate-Palmolive?",
			expect.stringMatching(FIRST_ANSWER),
			"Question: When was it founded?",
		],
		["Question: Where is the headquarters of Coinbase?"],
		[
			"Where is the headquarters of Coinbase?",
			expect.stringMatching(/^Symbol: .*Coinbase.*\.$/),
			"Question: When was it founded?",
		],
	]);
});
