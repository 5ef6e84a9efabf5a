import { describe, expect, test } from "vitest";
import { claimBefore, isWithinSentence, sentenceEnd } from "../../src/ask/claim.ts";

describe("a marker cites for the sentence before it", () => {
	test.each([
		["It fell. Then the price rose", "Then the price rose"],
		["It fell. Then the price rose.", "Then the price rose."],
		["It fell. Then the price rose. ", "Then the price rose."],
		["Version 2.5 costs 3.50 dollars", "Version 2.5 costs 3.50 dollars"],
		["First line.\nSecond line here", "Second line here"],
		["First line.\nSecond line here\n", "Second line here"],
		["Is it free? Yes, shipping is free!", "Yes, shipping is free!"],
		["It is old. Dr. Smith opened it in 1950", "Dr. Smith opened it in 1950"],
		["It is old. It cost approx. 5 million euros", "It cost approx. 5 million euros"],
		["Es ist alt. Das gilt z. B. für Hunde im Park", "Das gilt z. B. für Hunde im Park"],
		["- **Rome** opens at ten", "**Rome** opens at ten"],
		["3. Rome opens at ten", "Rome opens at ten"],
		["很贵。它的价格是五美元。", "它的价格是五美元。"],
	])("%j → %j", (text, own) => {
		expect(claimBefore(text).own).toBe(own);
	});

	test("and only for what follows on the marker before it", () => {
		const text = "Sales were 5 million in 2020 and 6 million in 2021";
		const from = "Sales were 5 million in 2020".length;
		expect(claimBefore(text, from)).toEqual({ own: " and 6 million in 2021", whole: text });
		expect(claimBefore(`${text}. Costs fell`, from).own).toBe("Costs fell");
	});

	test("read with its line where it is a word or two, and that with the line above", () => {
		expect(claimBefore("The stabilizer wiring change costs at most this. $766,865.")).toEqual({
			own: "$766,865.",
			whole: "The stabilizer wiring change costs at most this. $766,865.",
		});
		expect(claimBefore("Opening hours in Rome:\n- ten").whole).toBe("Opening hours in Rome:\n- ten");
	});

	test("and for nothing where nothing was said", () => {
		expect(claimBefore("").own).toBe("");
		expect(claimBefore("\n").own).toBe("");
	});
});

test.each([
	["According to", true],
	["", true],
	["- ", true],
	["It is free.", false],
	['He said "free."', false],
	["**It is free.**", false],
	["它是免费的。", false],
	["| Rome | ten |", false],
])("%j goes on behind: %s", (text, within) => {
	expect(isWithinSentence(text)).toBe(within);
});

test.each([
	[", it is free. And fast.", 13],
	[" costs 2.50 dollars", -1],
	[" is free\nNext", 8],
	["是免费的。", 5],
	[" is free.", -1],
])("the sentence of %j ends at %i", (text, end) => {
	expect(sentenceEnd(text)).toBe(end);
});
