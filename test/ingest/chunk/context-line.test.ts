import { expect, test } from "vitest";
import { contextLine } from "../../../ingest/chunk/context-line.ts";
import type { Unit } from "../../../ingest/chunk/unit.ts";

function lineOf(source: { title?: string }, units: { text: string; headings?: string[] }[], filename = "report.pdf") {
	const laid = units.map(
		({ text, headings }): Unit => ({
			kind: "paragraph",
			start: 0,
			end: text.length,
			text,
			before: "",
			tokens: 1,
			location: headings ? { headings } : {},
		}),
	);
	return contextLine({ filename, ...source }, laid);
}

test.each([
	["the file's name where there is no title", lineOf({}, [{ text: "x" }]), "report.pdf"],
	["the title where there is one", lineOf({ title: "Annual Report" }, [{ text: "x" }]), "Annual Report"],
	["the name where the title is blank", lineOf({ title: "  " }, [{ text: "x" }]), "report.pdf"],
	["the headings above", lineOf({}, [{ text: "x", headings: ["A", "B"] }]), "report.pdf › A › B"],
	[
		"only the headings that all of the chunk is under",
		lineOf({}, [
			{ text: "x", headings: ["A", "B"] },
			{ text: "y", headings: ["A", "C"] },
		]),
		"report.pdf › A",
	],
	[
		"not the heading that the chunk begins with",
		lineOf({}, [
			{ text: "B", headings: ["A", "B"] },
			{ text: "y", headings: ["A", "B"] },
		]),
		"report.pdf › A",
	],
	["not the title twice", lineOf({ title: "A" }, [{ text: "x", headings: ["A", "B"] }]), "A › B"],
	["one line, however a heading is broken", lineOf({}, [{ text: "x", headings: ["A\n\tB"] }]), "report.pdf › A B"],
])("says %s", (_what, line, expected) => {
	expect(line).toBe(expected);
});

test("is at most 300 characters long", () => {
	expect(lineOf({}, [{ text: "x", headings: ["long ".repeat(100)] }]).length).toBe(300);
});

test("does not end in half a character", () => {
	for (const shift of ["", "a"])
		expect(lineOf({}, [{ text: "x", headings: [shift + "🙂".repeat(300)] }]).isWellFormed()).toBe(true);
});
