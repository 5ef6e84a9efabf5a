import { expect, test } from "vitest";
import { fold } from "../../src/lexical/fold.ts";
import { countLexemes } from "../../src/lexical/lexemes.ts";

test.each([
	["zürich", "zurich"],
	["façade", "facade"],
	["łódź", "lodz"],
	["smørrebrød", "smorrebrod"],
	["straße", "strasse"],
	["αθήνα", "αθηνα"],
	["ещё", "еще"],
	["мой", "мой"],
	["أحمد", "احمد"],
	["की", "की"],
	["が", "が"],
	["서울", "서울"],
	["plain", "plain"],
])("%s is found as %s", (term, folded) => {
	expect(fold(term)).toBe(folded);
});

test("two terms of a text that become one are counted together", () => {
	const { counts, length } = countLexemes(fold("'zurich':1,4 'zürich':2 'it''s':3"));
	expect([Object.fromEntries(counts), length]).toEqual([{ zurich: 3, "it's": 1 }, 4]);
});
