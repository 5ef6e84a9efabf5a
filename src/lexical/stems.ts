import { stemmer } from "stemmer";
import { fold } from "./fold.ts";
import { plain } from "./searchable.ts";
import { segmentWords } from "./segment.ts";
import { withoutStopWords } from "./stop-words.ts";

/**
 * The content words of a text, stemmed and each once: what two texts must share to be about the same thing. One way for
 * all languages, because an answer and its evidence may be in two: Porter's stemmer, which leaves other languages nearly
 * alone, then what European languages and Arabic hang on their words.
 */
export function contentStems(text: string): Set<string> {
	return new Set(stemsInOrder(text));
}

/** The same in the order of the text, and as often as they stand there. */
export function stemsInOrder(text: string): string[] {
	const words =
		segmentWords(plain(text))
			.toLowerCase()
			.match(/[\p{L}\p{M}\p{N}]+(?:[.,]\p{N}+)*/gu) ?? [];
	return withoutStopWords(words.filter(isWord)).map(stem);
}

/** The letters of "S&P" and the "s" of "it's" say nothing, nor does a kana; a digit does, and so does an ideograph. */
function isWord(word: string): boolean {
	return word.length > 1 || /[\p{N}\p{Script=Han}]/u.test(word);
}

/** What stays must have four letters: short words are not inflected words. */
const ENDINGS =
	/(?<=.{4})(?:ern|em|en|er|es|e|n|s|as?|os?|ами|ями|ого|его|ому|ему|ыми|ими|ов|ев|ах|ях|ых|их|ам|ям|ом|ем|ой|ей|ый|ий|ая|яя|ое|ее|ые|ие|ую|юю|а|я|о|е|ы|и|у|ю|ь|й)$/;
/** Arabic's article with what is written in one word with it, and its endings. */
const ARABIC_AFFIXES = /^(?:وال|بال|كال|فال|لل|ال)(?=.{3})|(?<=.{3})(?:ات|ون|ين|ان|ها|ه|ي)$/g;

function stem(word: string): string {
	const folded = fold(word);
	if (/^\p{Script=Arabic}/u.test(folded)) return folded.replace(ARABIC_AFFIXES, "");
	return stemmer(folded).replace(ENDINGS, "");
}
