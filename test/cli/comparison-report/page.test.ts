import { Parser } from "htmlparser2";
import { expect, test } from "vitest";
import { comparisonPage } from "../../../src/cli/comparison-report/page.ts";
import type { ComparisonResults } from "../../../src/comparison.ts";
import { comparisonResults, EVIDENCE } from "../../support/comparison-results.ts";

const VOID = ["meta", "line", "circle", "polyline"];

/** What a browser would find in a page: its elements with their attributes, its text, and the tags that were never closed. */
function read(html: string) {
	const elements: { name: string; attributes: Record<string, string> }[] = [];
	const unclosed: string[] = [];
	let text = "";
	const parser = new Parser({
		onopentag: (name, attributes) => elements.push({ name, attributes }),
		onclosetag(name, isImplied) {
			if (isImplied && !VOID.includes(name)) unclosed.push(name);
		},
		ontext(part) {
			text += part;
		},
	});
	parser.end(html);
	const named = (name: string) => elements.filter((element) => element.name === name);
	return { elements, named, unclosed, text };
}

const compared = { id: "vscmp_1", store: "birds", created_at: 1_795_824_000, sample: null, generated: null };
const page = (results: ComparisonResults, changes: Partial<typeof compared> = {}) =>
	comparisonPage({ ...compared, ...changes }, results);
const results = comparisonResults(
	["active", "pages", "rows"],
	[
		{
			question: "Where do herons nest?",
			shares: [0, 1, 0.5],
			sent: ["Nothing of that.", `${EVIDENCE} ${"They fish. ".repeat(100)}`, EVIDENCE.slice(0, 6)],
			answer: "In trees.",
		},
		{ question: "When do herons fish?", shares: [1, 0.5, 1] },
		{ question: "Do herons sing?", shares: [1, 1, 1] },
	],
);

test("is whole: one document, every tag closed", () => {
	const { unclosed, named, text } = read(page(results));
	expect(unclosed).toEqual([]);
	// Those of SVG close themselves.
	expect(page(results)).not.toMatch(/<(line|circle|polyline)\b[^>]*[^/]>/);
	expect([named("html").length, named("main").length, named("h1").length]).toEqual([1, 1, 1]);
	expect(text).toContain("3 questions with known evidence · 2026-11-28 · vscmp_1");
});

test("shows every question that differs, and none that does not", () => {
	const { named, text } = read(page(results));
	expect(named("details")).toHaveLength(2);
	expect(text).toContain("Where do herons nest?");
	expect(text).toContain("When do herons fish?");
	expect(text).not.toContain("Do herons sing?");
	expect(text).toContain("What would be sent is kept for the 1 with the widest differences.");
});

test("marks the evidence in what each of the settings would send, and shortens the rest", () => {
	const html = page(results);
	expect(html).toContain(`<mark>${EVIDENCE}</mark>`);
	expect(html).toContain(`<mark>${EVIDENCE.slice(0, 6)}</mark>`);
	expect(read(html).text).toMatch(/\[…\d+ characters…\]/);
	expect(html).toContain("Nothing of that.");
	expect(html).toContain("birds.md, page 2");
	expect(html).toContain("Answer: In trees.");
});

test("asks nobody for anything, and forbids it", () => {
	const html = page(results);
	const { elements, named } = read(html);
	const loading = ["src", "href", "srcset", "xlink:href", "action", "data", "poster", "style"];
	expect(elements.filter(({ attributes }) => loading.some((name) => name in attributes))).toEqual([]);
	for (const name of ["script", "link", "iframe", "img", "object", "use", "foreignobject"])
		expect(named(name)).toEqual([]);
	expect(html).not.toMatch(/url\(|@import|https?:/);
	expect(named("meta")[1]?.attributes).toEqual({
		"http-equiv": "Content-Security-Policy",
		content: "default-src 'none'; style-src 'unsafe-inline'",
	});
});

test("escapes whatever it is told", () => {
	const evil = `"'></title><script>alert(1)</script><img src=x onerror=alert(1)>`;
	const told = comparisonResults(
		["active", evil],
		[{ question: evil, shares: [0, 1], filename: evil, answer: evil, sent: [evil, evil] }],
	);
	const html = page({ ...told, skipped: [{ question: evil, reason: evil }] }, { store: evil, id: evil });
	const { named, unclosed, elements, text } = read(html);
	expect([named("script"), named("img"), unclosed]).toEqual([[], [], []]);
	expect(elements.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => name.startsWith("on"))).toEqual(
		[],
	);
	// In the head, the first heading, tables, plots, the question, its places and what would be sent.
	expect(text.split(evil).length - 1).toBeGreaterThan(12);
});

test("every plot has a title and says in words what it shows", () => {
	const { named, text, elements } = read(page(results));
	const plots = named("svg");
	expect(plots).toHaveLength(8);
	const ids = new Set(elements.flatMap(({ attributes }) => attributes.id ?? []));
	for (const { attributes } of plots) {
		expect(attributes.role).toBe("img");
		for (const id of attributes["aria-labelledby"]?.split(" ") ?? []) expect(ids).toContain(id);
	}
	expect(text).toContain("pages: 83.3 % in 900 tokens");
	expect(text).toContain("pages minus active: +16.7 [+6.7, +26.7]");
});

test("nothing in a plot stands where no number can", () => {
	const same = comparisonResults(["a", "b"], [{ question: "Who?", shares: [1, 1] }]);
	for (const html of [page(results), page(same)]) expect(html).not.toMatch(/NaN|Infinity|undefined|\[object/);
});

test("of one setting it shows what there is", () => {
	const { named, text } = read(page(comparisonResults(["active"], [{ question: "Who?", shares: [1] }])));
	expect(named("svg")).toHaveLength(2);
	expect(text).not.toContain("Differences");
});

test("says what was sampled and who wrote the questions", () => {
	const generated = { asked: 10, kept: 8 };
	const html = comparisonPage({ ...compared, sample: { files: 3, of: 12 }, generated }, results);
	expect(html).toContain("(written by a model, 8 of 10 kept) · on a sample of 3 of 12 files");
});
