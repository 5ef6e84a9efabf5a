import fc from "fast-check";
import { expect, test } from "vitest";
import { type AnswerPiece, MarkerScanner } from "../../src/ask/markers.ts";

/** The text without markers, and where in it each stood. */
function scan(pieces: string[]): { text: string; markers: [index: number, number: number][] } {
	const scanner = new MarkerScanner();
	const found: AnswerPiece[] = [...pieces.flatMap((piece) => scanner.push(piece)), ...scanner.flush()];
	let text = "";
	const markers: [number, number][] = [];
	for (const piece of found) {
		if (piece.type === "text") text += piece.text;
		else markers.push([text.length, piece.number]);
	}
	return { text, markers };
}

test.each([
	{ given: "It is blue 【1】.", text: "It is blue.", markers: [[10, 1]] },
	{
		given: "Blue.【1】【2】 Red. 【3】",
		text: "Blue. Red.",
		markers: [
			[5, 1],
			[5, 2],
			[10, 3],
		],
	},
	{ given: "Blue 【 12 】!", text: "Blue!", markers: [[4, 12]] },
	{
		given: "Blue 【4†source】 or 【4:0†policy.md】red",
		text: "Blue or red",
		markers: [
			[4, 4],
			[7, 4],
		],
	},
	{ given: "a\n【1】\nb", text: "a\n\nb", markers: [[2, 1]] },
	{ given: "【1】", text: "", markers: [[0, 1]] },
	{
		given: "Blue 【1, 2】 and red【3、4】.",
		text: "Blue and red.",
		markers: [
			[4, 1],
			[4, 2],
			[12, 3],
			[12, 4],
		],
	},
	{
		given: "All 【1–3】. Two 【7 and 9】",
		text: "All. Two",
		markers: [
			[3, 1],
			[3, 2],
			[3, 3],
			[8, 7],
			[8, 9],
		],
	},
	{
		given: "One 【1】 【2】two【1, 1】",
		text: "One two",
		markers: [
			[3, 1],
			[3, 2],
			[7, 1],
		],
	},
	{
		given: "Wide 【１】 white 〖2〗 slip 【3] named 【excerpt 4】 und 【Quelle 5】 paged 【6, p. 5】.",
		text: "Wide white slip named und paged.",
		markers: [
			[4, 1],
			[10, 2],
			[15, 3],
			[21, 4],
			[25, 5],
			[31, 6],
		],
	},
	{ given: "**Bold 【1】** word", text: "**Bold** word", markers: [[6, 1]] },
	{
		given: "| Rome | 5 【1】 |\n| Oslo | 6【2】|",
		text: "| Rome | 5 |\n| Oslo | 6|",
		markers: [
			[10, 1],
			[23, 2],
		],
	},
	{
		given: "- 【1】 One\n- Two 【2】",
		text: "- One\n- Two",
		markers: [
			[1, 1],
			[11, 2],
		],
	},
	{
		given: "【1】 One.\n 【2】 Two.",
		text: "One.\nTwo.",
		markers: [
			[0, 1],
			[5, 2],
		],
	},
	{ given: "`a = 1 【1】`", text: "`a = 1`", markers: [[6, 1]] },
	{ given: "cut off 【12", text: "cut off", markers: [] },
	{ given: "cut off 【4:0†polic", text: "cut off", markers: [] },
	{ given: "cut off 【", text: "cut off", markers: [] },
	{ given: "", text: "", markers: [] },
])("takes the markers out of $given", ({ given, text, markers }) => {
	expect(scan([given])).toEqual({ text, markers });
});

test.each([
	"see 【note】 there",
	"open 【1 and never closed",
	"closed】 only",
	"【】",
	"too many digits 【1234】",
	"a heading 【3 steps】 and 【Figure 3】",
	"square [1] and wide ［1］ brackets are the answer's own",
	"over a line 【1\n】",
	`endless 【1†${"x".repeat(300)}】`,
	"ends in spaces  \t",
])("passes brackets that are no marker: %s", (given) => {
	expect(scan([given])).toEqual({ text: given, markers: [] });
	expect(scan([...given])).toEqual({ text: given, markers: [] });
});

test("an opening bracket before a marker is text", () => {
	expect(scan(["a 【【1】"])).toEqual({ text: "a 【", markers: [[3, 1]] });
});

/** Prose, brackets and markers in any order, whole and broken. */
const answer = fc
	.array(
		fc.oneof(
			fc.constantFrom(
				"【1】",
				" 【23】",
				"【4†source】",
				"【",
				"】",
				"【x】",
				"†",
				" ",
				"  ",
				"\t",
				"\n",
				".",
				"【 7 】",
			),
			fc.constantFrom(
				"【1, 2】",
				"【3-4】",
				"〖5〗",
				"【6]",
				"【7, p. 1]",
				"]",
				"【excerpt ",
				"【8†a] b】",
				"and ",
				"1",
			),
			fc.constantFrom(
				`【5†${"y".repeat(296)}】`,
				`【5†${"y".repeat(297)}】`,
				`【${" ".repeat(22)}1】`,
				`【${" ".repeat(23)}1】`,
			),
			fc.lorem({ maxCount: 3 }),
			fc.string({ unit: "grapheme", maxLength: 5 }),
		),
		{ maxLength: 20 },
	)
	.map((parts) => parts.join(""));

/** The text cut at any places. */
const split = (text: string, cuts: number[]) => {
	const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
	return places.slice(1).map((place, at) => text.slice(places[at], place));
};

test("however an answer is split into pieces, the result is that of one piece", () => {
	fc.assert(
		fc.property(answer, fc.array(fc.nat()), (text, cuts) => {
			expect(scan(split(text, cuts))).toEqual(scan([text]));
			expect(scan(text.split(""))).toEqual(scan([text]));
		}),
		{ numRuns: 500 },
	);
});

test("no marker leaks into the text, and no other character is lost", () => {
	const parts = fc.array(
		fc.oneof(
			fc.lorem({ maxCount: 3 }).map((text) => ({ text, marked: false })),
			fc.constantFrom(" ", ".", "\n", "**", "[1]", "【note】", "】").map((text) => ({ text, marked: false })),
			fc.constantFrom("【1】", "【2, 3】", "【4†a.md】", "〖5〗", "【6]").map((text) => ({ text, marked: true })),
		),
	);
	const solid = (given: string) => given.replaceAll(/[ \t]/g, "");
	fc.assert(
		fc.property(parts, fc.array(fc.nat()), (given, cuts) => {
			const text = given.map((part) => part.text).join("");
			const unmarked = given.map((part) => (part.marked ? "" : part.text)).join("");
			expect(solid(scan(split(text, cuts)).text)).toBe(solid(unmarked));
		}),
		{ numRuns: 500 },
	);
});

test("what is no marker is passed on before the answer ends", () => {
	const scanner = new MarkerScanner();
	expect(scanner.push("Blue as 【the")).toEqual([{ type: "text", text: "Blue as" }]);
	expect(scanner.push(" sky】 is")).toEqual([{ type: "text", text: " 【the sky】 is" }]);
});
