import { expect, test } from "vitest";
import { parseQuestion } from "../../lab/parse-question.ts";
import { passageAt } from "../../lab/pick-passage.ts";

const QUOTE = "Herons nest in colonies near lakes.";
const json = (given: object) =>
	JSON.stringify({ question: "Where do herons nest?", quotes: [QUOTE], answer: "By lakes.", ...given });

test.each([
	["as it was asked for", json({})],
	["in a fence", `\`\`\`json\n${json({})}\n\`\`\``],
	["between polite words", `Here you are:\n\`\`\`json\n${json({})}\n\`\`\`\nShall I write another?`],
	["after a thought", `<think>Let me see.</think>\n${json({})}`],
	["with white space", json({ question: " Where do\nherons nest? ", quotes: [` ${QUOTE} `, QUOTE] })],
])("a question is read %s", (_what, output) => {
	expect(parseQuestion(output)).toEqual({ question: "Where do herons nest?", quotes: [QUOTE], answer: "By lakes." });
});

test("a question needs no answer", () => {
	expect(parseQuestion(json({ answer: undefined }))).toMatchObject({ quotes: [QUOTE], answer: undefined });
});

test.each([
	["no JSON", "Where do herons nest?"],
	["a list", `[${json({})}]`],
	["no question", json({ question: " " })],
	["no quotes", json({ quotes: [] })],
	["too many quotes", json({ quotes: [1, 2, 3, 4].map((n) => `${QUOTE}${n}`) })],
	["a quote of a word or two", json({ quotes: ["Herons nest"] })],
	["quotes that are no texts", json({ quotes: [1] })],
	["half a letter", json({ question: "Where\ud83d?" })],
])("%s is no question", (_what, output) => {
	expect(parseQuestion(output)).toBeUndefined();
});

const part = (lengths: number[]) => {
	let start = 1000;
	const blocks = lengths.map((length) => {
		const block = { kind: "paragraph" as const, start, end: start + length, tokens: 1, location: {} };
		start += length + 1;
		return block;
	});
	const text = lengths.map((length, place) => String.fromCharCode(97 + place).repeat(length)).join("\n");
	return { start: 1000, text, blocks };
};

test.each([
	["whole blocks until there are enough", part([10, 2000, 2000, 50]), 1015, `${"b".repeat(2000)}\n${"c".repeat(2000)}`],
	["all that is left at the end", part([4000, 20]), 5010, "b".repeat(20)],
	["a part of a block that is too long", part([20_000]), 3000, "a".repeat(6000)],
	["a part of it, also at its end", part([20_000]), 20_999, "a".repeat(3000)],
	["nothing behind the last block", part([10]), 1011, ""],
])("a passage is %s", (_what, given, place, text) => {
	expect(passageAt(given, place)).toBe(text);
});
