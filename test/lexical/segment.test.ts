import fc from "fast-check";
import { expect, test } from "vitest";
import { segment, segmentWords } from "../../src/lexical/segment.ts";

const words = (text: string) => text.trim().split(/\s+/);

test.each([
	["银行行长", ["银", "银行", "行", "行行", "行", "行长", "长"].toSorted()],
	["水", ["水"]],
	["2019年的iPhone手机", ["2019", "年", "年的", "的", "iPhone", "手", "手机", "机"]],
	["𠮷野家", ["𠮷", "𠮷野", "野", "野家", "家"]],
	["サーバー", ["サー", "ーバ", "バー"]],
	["東京に住む", ["東", "東京", "京", "京に", "に住", "住", "住む"]],
	["서울은 한국의", ["서울", "울은", "한국", "국의"]],
	["หนังสือห้าเล่ม", ["หนังสือ", "ห้า", "เล่ม"]],
])("%s is searched by %j", (text, expected) => {
	expect(words(segment(text)).toSorted()).toEqual(expected.toSorted());
});

test.each([
	["请病假要交证明", ["请", "病假", "要", "交", "证明"]],
	["経費の振込", ["経費", "の", "振込"]],
	["독자는", ["독자", "자는"]],
])("%s is compared by %j", (text, expected) => {
	expect(words(segmentWords(text))).toEqual(expected);
});

test("text of other scripts stays as it is", () => {
	for (const text of ["plain text", "Zürich, naïve", "الكتاب", "पुस्तकालय", "Библиотека", "שלום"]) {
		expect(segment(text)).toBe(text);
		expect(segmentWords(text)).toBe(text);
	}
});

test("whatever stands around it, a word of two ideographs or more is searched by pairs that its text has", () => {
	const ideographs = fc.string({ unit: fc.constantFrom(..."天地玄黄宇宙洪荒日月盈昃"), minLength: 2, maxLength: 5 });
	fc.assert(
		fc.property(ideographs, ideographs, ideographs, (before, word, after) => {
			const held = new Set(words(segment(`${before}${word}${after}`)));
			for (const part of words(segment(word))) expect(held.has(part)).toBe(true);
		}),
	);
});
