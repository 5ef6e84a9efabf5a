import { afterAll, beforeAll, expect, test } from "vitest";
import { CITED, type ClientService, FIRST_ANSWER, startClientService } from "../support/clients.ts";

let service: ClientService;
beforeAll(async () => {
	service = await startClientService();
});
afterAll(() => service.stop());

test("the AI SDK asks, names its sources, streams, and goes on by its messages and by response", async () => {
	const printed = await service.run("ai-sdk");
	expect(printed.split("\n")[0]).toMatch(FIRST_ANSWER);
	expect(printed).toMatch(/type: 'source',\s+sourceType: 'document',[^}]*title: 'sp500-constituents.csv'/);
	expect(printed).toMatch(CITED);
	expect(printed).toMatch(
		/toolName: 'file_search',[\s\S]*queries: \[ 'When was it added to the list\?' \],\s+results: \[\s+\{/,
	);
	const first = ["Where is the headquarters of Colgate-Palmolive?", expect.stringMatching(FIRST_ANSWER)];
	const second = ["When was it founded?", expect.stringMatching(/^Symbol: .*\.$/)];
	expect(service.asked()).toEqual([
		["Question: Where is the headquarters of Colgate-Palmolive?"],
		[...first, "Question: When was it founded?"],
		[...first, ...second, "Question: When was it added to the list?"],
	]);
});
