import { segment } from "./segment.ts";

const ASCII = /^[\0-\x7F]*$/;

/**
 * Text as it goes into to_tsvector, for chunks and questions alike. Postgres' parser keeps `price/performance`,
 * `house.gov` and `snake_case` whole, so that none of their words could be found, and text without spaces too.
 */
export function searchable(text: string): string {
	return segment(plain(text))
		.replace(/[/\\_|]+/g, " ")
		.replace(/(?<=\p{L}{2})[.:](?=\p{L}{2})/gu, " ");
}

/** As `searchable`, for names of files and titles: words also split where letters meet digits (FY2018 meets 2018_10K). */
export function searchableName(text: string): string {
	return searchable(text)
		.replace(/[-.]+/g, " ")
		.replace(/(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/gu, " ");
}

/** A file's name without the extension, which says nothing about its content. */
export function nameWithoutExtension(filename: string): string {
	return filename.replace(/\.[A-Za-z0-9]{1,5}$/, "");
}

/** Vowel signs that Arabic and Hebrew leave out at will, Arabic's stretching, soft hyphens, marks of direction. */
const UNWRITTEN =
	/[\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u0640\u064B-\u065F\u0670\u06D6-\u06DC\u06DF-\u06E4]|\p{Default_Ignorable_Code_Point}/gu;

/** Hebrew's hyphen, what Khmer writes between words, and what Persian writes between a word and its ending. */
const BETWEEN_WORDS = /[\u05BE\u200B\u200C]/g;

/** Digits of other scripts, each ten in a row from these zeros on. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0x0ed0, 0x1040, 0x17e0];
const DIGITS = /[٠-٩۰-۹०-९০-৯๐-๙໐-໙၀-၉០-៩]/g;

/** A text whose letters and digits are written in one way, where there are several. */
export function plain(text: string): string {
	if (ASCII.test(text)) return text;
	return text
		.normalize("NFKC")
		.replace(BETWEEN_WORDS, " ")
		.replace(UNWRITTEN, "")
		.replace(/ی/g, "ي")
		.replace(/ک/g, "ك")
		.replace(DIGITS, (digit) => {
			const code = digit.charCodeAt(0);
			return String(code - (ZEROS.findLast((zero) => zero <= code) as number));
		});
}
