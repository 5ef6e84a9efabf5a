import { afterAll, beforeAll, expect, test } from "vitest";
import { CITED, type ClientService, FIRST_ANSWER, startClientService } from "../support/clients.ts";

let service: ClientService;
beforeAll(async () => {
	service = await startClientService();
});
afterAll(() => service.stop());

test("@openai/agents asks, cites, streams, and goes on by its history and by response", async () => {
	const printed = await service.run("agents");
	expect(printed.split("\n")[0]).toMatch(FIRST_ANSWER);
	expect(printed).toMatch(CITED);
	expect(printed).toMatch(/(^Symbol: .*\.\n){2}$/m);
	const first = ["Where is the headquarters of Colgate-Palmolive?", expect.stringMatching(FIRST_ANSWER)];
	const second = ["When was it founded?", expect.stringMatching(/^Symbol: .*\.$/)];
	expect(service.asked()).toEqual([
		["Question: Where is the headquarters of Colgate-Palmolive?"],
		[...first, "Question: When was it founded?"],
		[...first, ...second, "Question: When was it added to the list?"],
	]);
});
