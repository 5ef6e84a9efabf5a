import { expect, test } from "vitest";
import { contentStems } from "../../src/lexical/stems.ts";

test.each([
	["running dogs", "The dog runs"],
	["die Verordnungen", "eine Verordnung"],
	["viele Städte", "die Stadt"],
	["jährlichen", "jährlich"],
	["les écoles", "une école"],
	["читальный зал", "читальных залах"],
	["المكتبة", "والمكتبات"],
	["القـــراءة", "القِراءة"],
])("%j and %j are about the same", (one, other) => {
	const [a, b] = [contentStems(one), contentStems(other)];
	expect([...a].filter((stem) => b.has(stem))).not.toEqual([]);
});

test.each([
	["S&P 500", ["500"]],
	["What is it?", []],
	["Wie viele sind es?", []],
	["¿Cuántos son?", []],
	["请问什么时候可以?", []],
	["それは何ですか", []],
	["It's Ann's", ["ann"]],
	["水", ["水"]],
	["病假证明", ["病假", "证明"]],
])("%j says %j", (text, stems) => {
	expect([...contentStems(text)]).toEqual(stems);
});

test("a word that is a stop word elsewhere counts in a text of another language", () => {
	expect(contentStems("When did they die in the war?")).toEqual(new Set(["die", "war"]));
});
