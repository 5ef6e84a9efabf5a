import { expect, test } from "vitest";
import { areContrary, deniedStems } from "../../src/lexical/polarity.ts";

test.each([
	["Gift cards cannot be returned.", ["retur"]],
	["Spaces should not be ignored.", ["ignor"]],
	["Der Vertrag gilt nicht.", ["gilt"]],
	["It is free, but not fast.", ["fast"]],
	["It is not only free.", []],
	["No later than 30 days after delivery.", []],
	["Returns are accepted in No. 5 alone.", []],
	["Returns are excluded.", ["retur"]],
])("%j denies %j", (text, denied) => {
	expect([...deniedStems(text).denied]).toEqual(denied);
});

test("what one clause denies another may affirm", () => {
	const { denied, only } = deniedStems("Books are returned; gift cards are not returned.");
	expect([denied.has("retur"), only.has("retur")]).toEqual([true, false]);
});

test.each([
	["Sales rose by 5 %.", "Sales fell by 5 %.", true],
	["Der Umsatz stieg.", "Der Umsatz sank.", true],
	["Sales rose by 5 %.", "Sales increased by 5 %.", false],
	["Sales rose.", "Sales rose, costs fell.", false],
	["The talks failed.", "The talks succeeded.", true],
	["It is free.", "It costs nothing.", false],
])("%j and %j are contrary: %s", (one, other, contrary) => {
	expect(areContrary(one, other)).toBe(contrary);
	expect(areContrary(other, one)).toBe(contrary);
});
