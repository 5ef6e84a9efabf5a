import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chooseQuotes } from "../../src/ask/cite.ts";
import { excerpts, passage } from "../support/passage.ts";
import { fixture } from "../support/upload.ts";

type Excerpt = { id: string; text: string; context: string; filename: string; location: object };
type Pair = { set: number; excerpt: string; claim: string; supported: boolean; kind: string };

const read = <T>(name: string) =>
	readFileSync(fixture(`citations/${name}`), "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line) as T);

const known = new Map(read<Excerpt>("excerpts.jsonl").map(({ id, ...fields }) => [id, excerpts(passage(fields))]));
const judged = read<Pair>("pairs.jsonl").map((pair) => {
	const given = known.get(pair.excerpt) ?? [];
	return { ...pair, cited: chooseQuotes({ own: pair.claim, whole: pair.claim }, given).size > 0 };
});
const docs = readFileSync(new URL("../../docs/citations.md", import.meta.url), "utf8");

/** How the figures stand in docs/citations.md: they are those of this run, or this test fails. */
function rowOf(name: string, pairs: typeof judged): string {
	const cited = pairs.filter((pair) => pair.cited);
	const [right, wrong] = [
		cited.filter((pair) => pair.supported).length,
		cited.filter((pair) => !pair.supported).length,
	];
	const supported = pairs.filter((pair) => pair.supported).length;
	const precision = (right / (right + wrong)).toFixed(2);
	return `| ${name} | ${supported} | ${right} | ${pairs.length - supported} | ${wrong} | ${precision} | ${(right / supported).toFixed(2)} |`;
}

test.each([1, 2])("on the statements of set %i the rule does as well as docs/citations.md says", (set) => {
	expect(docs).toContain(
		rowOf(
			`set ${set}`,
			judged.filter((pair) => pair.set === set),
		),
	);
});

test("docs/citations.md says what kinds of statement it takes wrongly", () => {
	const unsupported = judged.filter((pair) => !pair.supported);
	for (const [kind, pairs] of Map.groupBy(unsupported, (pair) => pair.kind)) {
		expect(docs).toContain(`| ${kind} | ${pairs.length} | ${pairs.filter((pair) => pair.cited).length} |`);
	}
});

test("each statement is about an excerpt that is there", () => {
	for (const { excerpt } of judged) expect(known.has(excerpt), excerpt).toBe(true);
});
