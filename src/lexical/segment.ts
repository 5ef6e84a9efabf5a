/**
 * Written without spaces; ー (which Unicode counts to no script) lengthens the kana before it. Hangul has spaces, but its
 * particles are one word with what they follow.
 */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|\p{Script=Hangul}+/gu;

const HANGUL = /\p{Script=Hangul}+/gu;

const IDEOGRAPH = /\p{Script=Han}/u;

/** Alphabets without spaces, where a pair of letters says nothing. */
const SOUTH_EAST_ASIAN = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

const NO_SPACES =
	/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+|[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

const WORDS = new Intl.Segmenter("th", { granularity: "word" });

/** Where these scripts are in Unicode, and some between them; a text without any is not looked at twice. */
const MAYBE = /[\u0E00-\u11FF\u1780-\u17FF\u19E0-\u19FF\u2E80-\u{3FFFF}]/u;

/**
 * Text with spaces between its words, for scripts that have none. Han, kana and Hangul become overlapping pairs of letters,
 * and ideographs stand alone too: what a question and a text share is found however a dictionary would segment either,
 * by any version of ICU, new words and names as well. Thai, Lao, Khmer and Burmese are split by ICU's dictionaries.
 */
export function segment(text: string): string {
	if (!MAYBE.test(text)) return text;
	return text
		.replace(UNSPACED, (run) => ` ${lettersAndPairs(run).join(" ")} `)
		.replace(SOUTH_EAST_ASIAN, (run) => ` ${wordsOf(run).join(" ")} `);
}

/**
 * The same for texts that are compared here and now: dictionary words of Han and kana too, because a pair of letters
 * across two words is never shared by an answer and its evidence.
 */
export function segmentWords(text: string): string {
	if (!MAYBE.test(text)) return text;
	return text
		.replace(HANGUL, (run) => ` ${lettersAndPairs(run).join(" ")} `)
		.replace(NO_SPACES, (run) => ` ${wordsOf(run).join(" ")} `);
}

function wordsOf(run: string): string[] {
	return Array.from(WORDS.segment(run), ({ segment }) => segment);
}

function lettersAndPairs(run: string): string[] {
	const letters = [...run];
	if (letters.length === 1) return letters;
	return letters.flatMap((letter, place) => [
		...(IDEOGRAPH.test(letter) ? [letter] : []),
		...(place > 0 ? [`${letters[place - 1]}${letter}`] : []),
	]);
}
