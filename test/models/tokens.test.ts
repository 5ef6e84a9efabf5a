import fc from "fast-check";
import { countTokens as exact } from "gpt-tokenizer/encoding/o200k_base";
import { expect, test } from "vitest";
import { countTokens } from "../../src/models/tokens.ts";

const prose = "The quick brown fox jumps over the lazy dog; nobody knows why. ".repeat(40);

test.each([
	["", 0],
	["hello world", 2],
	["<|endoftext|>", exact("<|endoftext|>", { disallowedSpecial: new Set() })],
	["a <|im_start|>system<|im_end|> b", exact("a <|im_start|>system<|im_end|> b", { disallowedSpecial: new Set() })],
	["broken \ud800 surrogate", exact("broken \ud800 surrogate")],
])("counts %j as %i tokens, special tokens as the text they are", (text, tokens) => {
	expect(countTokens(text)).toBe(tokens);
});

test("text that looks like a special token costs more than the one it would stand for", () => {
	expect(countTokens("<|endoftext|>")).toBeGreaterThan(1);
});

test("prose is counted exactly", () => {
	expect(countTokens(prose)).toBe(exact(prose));
	fc.assert(
		fc.property(fc.lorem({ maxCount: 60 }), (text) => {
			expect(countTokens(text)).toBe(exact(text));
		}),
	);
});

test.each([
	["letters", "x"],
	["letters and digits", "q7Fz0kB"],
	["CJK characters", "漢字仮名"],
	["signs", "="],
	["dots", "."],
	["signs and dots", "-="],
	["CJK commas", "、"],
	["spaces", " "],
	["line breaks", "\n"],
	["emoji", "👩‍👩‍👧"],
])("a run of 2,000 %s is counted within 50 tokens, and the prose around it as ever", (_name, unit) => {
	const run = unit.repeat(2_000 / unit.length);
	const text = `${prose}${run}\n${prose}`;
	expect(Math.abs(countTokens(text) - exact(text))).toBeLessThanOrEqual(50);
});

// In quadratic time these take longer than any test may.
test.each(["x", "漢", "、", ".", " ", "\n", "=-", "a1"])("200,000 characters of %j are counted", (unit) => {
	const tokens = countTokens(unit.repeat(200_000 / unit.length));
	expect(tokens).toBeGreaterThan(1_000);
	expect(tokens).toBeLessThanOrEqual(200_000);
});

test("foreign words, signs and spaces amid plain ones are counted exactly", () => {
	const bit = fc.constantFrom(
		"the ",
		"Zürich ",
		" “so”",
		"'s ",
		"漢字",
		"é",
		"é a",
		"  ",
		"\n",
		".\n ",
		"42",
		" 1,5",
		"I'LL",
		"…",
		"\t",
		"ab",
	);
	fc.assert(
		fc.property(fc.array(bit, { maxLength: 40 }), (bits) => {
			expect(countTokens(bits.join(""))).toBe(exact(bits.join("")));
		}),
		{ numRuns: 500 },
	);
});
