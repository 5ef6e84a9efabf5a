/** Written without spaces; ー (which Unicode counts to no script) lengthens the kana before it. Hangul has spaces, but
 * glues its particles to the words. */
const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|\p{Script=Hangul}+/gu;

/** Written without spaces in alphabets, where pairs of letters say nothing: these are split by ICU's dictionaries. */
const SOUTH_EAST_ASIAN = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

const WORDS = new Intl.Segmenter("th", { granularity: "word" });

/** The first letter of any of these scripts is U+0E01; texts without one are not looked at twice. */
const MAYBE = /[\u0E00-\u109F\u1100-\u11FF\u1780-\u17FF\u19E0-\u19FF\u2E80-\u{3FFFF}]/u;

/**
 * Text whose words have spaces between them, for those scripts that have none. Han, kana and Hangul become overlapping
 * pairs of letters and not a dictionary's words: what a question and a text share is then found however either would be
 * segmented, with any version of ICU, and names and new words too.
 */
export function segment(text: string): string {
	if (!MAYBE.test(text)) return text;
	return text
		.replace(IDEOGRAPHIC, (run) => ` ${pairs(run).join(" ")} `)
		.replace(SOUTH_EAST_ASIAN, (run) => ` ${Array.from(WORDS.segment(run), ({ segment }) => segment).join(" ")} `);
}

function pairs(run: string): string[] {
	const letters = [...run];
	if (letters.length === 1) return letters;
	return letters.slice(1).map((letter, place) => `${letters[place]}${letter}`);
}
