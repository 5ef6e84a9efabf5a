import { expect, test } from "vitest";
import { comparisonTable } from "../../src/cli/comparison-table.ts";
import { comparisonResults } from "../support/comparison-results.ts";

const results = comparisonResults(
	["active", "pages"],
	[
		{ question: "Where do herons nest?", shares: [0, 1] },
		{ question: "When do herons fish?", shares: [0.5, 1] },
		{ question: "Who eats herons?", shares: [1, 0.75] },
		{ question: "What do herons eat?", shares: [1, 0.995] },
		{ question: "Do herons sing?", shares: [1, 1] },
	],
);

test("has a column for each of the settings", () => {
	const [settings = ""] = comparisonTable(results).split("\n\n");
	expect(settings).toMatchInlineSnapshot(`
		"                         active    pages
		recall in the budget     70.0 %   94.9 %
		recall@1                  7.0 %    9.5 %
		recall@3                 21.0 %   28.5 %
		recall@5                 35.0 %   47.5 %
		recall@10                70.0 %   94.9 %
		MRR                       0.350    0.475
		precision@5               7.0 %    9.5 %
		IoU@5                     3.5 %    4.7 %
		context tokens            1,000      900
		chunks                    1,000    2,000
		tokens embedded       was there   12,345
		build cost            was there  $0.0021
		build time            was there    3.2 s
		per 1,000 questions   not known    $1.50"
	`);
});

test("tells the differences with their intervals, and whether they are sure", () => {
	const told = comparisonTable(results);
	expect(told).toContain("Minus active: the mean of 5 questions");
	expect(told).toMatch(/^recall in the budget, points +\+24\.9 \[\+14\.9, \+34\.9\] \*$/m);
	expect(told).toMatch(/^context tokens +−100 \[−1,200, −1\] \*$/m);
	expect(told).toContain("pages sends more of the evidence than active: +24.9 points (95 %: +14.9 to +34.9).");
	const doubtful = comparisonResults(["active", "pages"], [{ question: "Who?", shares: [0.95, 1] }]);
	const unsure = comparisonTable(doubtful);
	expect(unsure).toContain("pages and active differ by too little to be sure in the evidence they send: +5.0 points");
	expect(unsure).toMatch(/^recall in the budget, points +\+5\.0 \[−5\.0, \+15\.0\]$/m);
});

test("counts the questions that are won and lost, and names those that differ most first", () => {
	expect(comparisonTable(results)).toContain(
		[
			"pages sends more of the evidence than active for 2 questions, less for 1, as much for 2.",
			"  + 100 % instead of 0 %: Where do herons nest?",
			"  + 100 % instead of 50 %: When do herons fish?",
			"  − 75 % instead of 100 %: Who eats herons?",
		].join("\n"),
	);
});

test("names three questions each way, shortened to a line", () => {
	const asked = Array.from({ length: 5 }, (_, i) => ({
		question: `Question ${i}:\n${"why ".repeat(60)}`,
		shares: [1, 0],
	}));
	const lines = comparisonTable(comparisonResults(["active", "pages"], asked)).split("\n");
	expect(lines.filter((line) => line.startsWith("  − 0 % instead of 100 %: Question "))).toHaveLength(3);
	expect(lines.at(-1)).toBe("  − and 2 more");
	expect(Math.max(...lines.filter((line) => line.startsWith("  −")).map((line) => line.length))).toBeLessThan(140);
});

test("says which questions could not be asked, and why", () => {
	const skipped = [{ question: "Was it so?", reason: "the quote is not in 'a.md'" }];
	expect(comparisonTable({ ...results, skipped })).toContain(
		"1 question could not be asked:\n  Was it so?: the quote is not in 'a.md'",
	);
});

test("of one setting there is nothing to differ from", () => {
	const told = comparisonTable(comparisonResults(["active"], [{ question: "Who?", shares: [1] }]));
	expect(told).toMatch(/^recall in the budget +100\.0 %$/m);
	expect(told).not.toContain("Minus");
});
