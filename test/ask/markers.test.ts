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
		text: "Blue orred",
		markers: [
			[4, 4],
			[7, 4],
		],
	},
	{ given: "a\n【1】\nb", text: "a\n\nb", markers: [[2, 1]] },
	{ given: "【1】", text: "", markers: [[0, 1]] },
	{ given: "", text: "", markers: [] },
])("takes the markers out of $given", ({ given, text, markers }) => {
	expect(scan([given])).toEqual({ text, markers });
});

test.each([
	"see 【note】 there",
	"open 【1 and never closed",
	"【",
	"closed】 only",
	"【】",
	"too many digits 【1234】",
	"a list 【1, 2】",
	`endless 【1†${"x".repeat(100)}】`,
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
			fc.constantFrom(`【5†${"y".repeat(54)}】`, `【5†${"y".repeat(59)}】`),
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
	fc.assert(
		fc.property(answer, fc.array(fc.nat()), (text, cuts) => {
			const scanned = scan(split(text, cuts));
			const solid = (given: string) => given.replaceAll(/[ \t]/g, "");
			const stripped = text.replaceAll(/【\s*\d{1,3}(?:[†:][^】]*)?\s*】/g, (marker) =>
				marker.length > 60 ? marker : "",
			);
			expect(solid(scanned.text)).toBe(solid(stripped));
		}),
		{ numRuns: 500 },
	);
});

test("what is no marker is passed on before the answer ends", () => {
	const scanner = new MarkerScanner();
	expect(scanner.push("Blue as 【the")).toEqual([{ type: "text", text: "Blue as" }]);
	expect(scanner.push(" sky】 is")).toEqual([{ type: "text", text: " 【the sky】 is" }]);
});
