const ASCII = /^[\0-\x7F]*$/;

/** Letters that are one with another to whoever searches, and that no decomposition takes apart. */
const ALIKE: Record<string, string> = {
	...{ ø: "o", ł: "l", đ: "d", ð: "d", ħ: "h", ı: "i", ŧ: "t", þ: "th", æ: "ae", œ: "oe", ß: "ss" },
	...{ ё: "е", أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ة: "ه" },
};
const ANY_ALIKE = new RegExp(`[${Object.keys(ALIKE).join("")}]`, "g");

/**
 * Terms without accents, so that "Zurich" finds "Zürich" in a text of any language; takes a term, or many in a tsvector's
 * text form. It comes after stemming, because stemmers tell endings apart by accents. Only Latin and Greek letters lose
 * theirs: й is no и, and marks of Indic scripts are vowels.
 */
export function fold(terms: string): string {
	if (ASCII.test(terms)) return terms;
	return terms
		.normalize("NFD")
		.replace(/([\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu, "$1")
		.normalize("NFC")
		.replace(ANY_ALIKE, (letter) => ALIKE[letter] as string);
}
