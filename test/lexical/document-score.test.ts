import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { createStore } from "../support/upload.ts";

const COMPANIES = ["BOEING", "ADOBE", "ACTIVISION", "PEPSICO", "3M", "CVSHEALTH"];
const YEARS = [2016, 2017, 2018, 2019];

let t: TestService;
let storeId: string;
beforeAll(async () => {
	t = await startTestService();
	const texts = COMPANIES.flatMap((company, c) =>
		YEARS.map((year, y) => [
			`${company}_${year}_10K.txt`,
			// Nothing in it says whose it is or of when, but other years are spoken of.
			`Net sales of the fiscal year were ${100 * c + y} million, against ${100 * c + y - 1} million the year before.\n\n` +
				`The company paid ${company === "ADOBE" ? "special interim " : ""}dividends and repurchased shares, as it had in ${YEARS[(y + 1) % YEARS.length]}.`,
		]),
	);
	storeId = (await createStore(t.client, Object.fromEntries(texts))).id;
});
afterAll(() => t.stop());

test.each([
	["What were Boeing's net sales in FY2018?", "BOEING_2018_10K.txt"],
	["Activision 2016: what were net sales?", "ACTIVISION_2016_10K.txt"],
	["How much were the net sales of Adobe in fiscal 2019?", "ADOBE_2019_10K.txt"],
	["net sales PepsiCo FY2017", "PEPSICO_2017_10K.txt"],
	["What did 3M sell in 2018, net?", "3M_2018_10K.txt"],
	["Did CVSHealth pay dividends in FY2016?", "CVSHEALTH_2016_10K.txt"],
])("of many alike, %j finds the one that is meant", async (query, filename) => {
	const { data } = await t.client.vectorStores.search(storeId, { query });
	expect(data[0]?.filename).toBe(filename);
});

test("a name that is meant outweighs a rare word of a document of another name", async () => {
	const { data } = await t.client.vectorStores.search(storeId, { query: "Boeing special dividends" });
	expect(data.slice(0, 4).map((result) => result.filename.split("_")[0])).toEqual(Array(4).fill("BOEING"));
	const unnamed = await t.client.vectorStores.search(storeId, { query: "special dividends" });
	expect(unnamed.data.slice(0, 4).map((result) => result.filename.split("_")[0])).toEqual(Array(4).fill("ADOBE"));
});

test("a word of a long name counts less than the whole of a short one", async () => {
	const body = "The committee met in the spring and heard what had been written to it.";
	const names = ["Harbour.txt", "Annual report on the dredging of the old harbour and its quays.txt", "Bridges.txt"];
	const store = await createStore(t.client, Object.fromEntries(names.map((name) => [name, body])));
	const { data } = await t.client.vectorStores.search(store.id, { query: "What did the harbour committee hear?" });
	expect(data.map((result) => result.filename)).toEqual(names);
	const [short = 0, long = 0, none = 0] = data.map((result) => result.score);
	expect(short - long).toBeGreaterThan(long - none);
});
