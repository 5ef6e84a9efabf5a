import { stemmer } from "stemmer";

/** Words that a question and any sentence share whatever they are about. */
const STOP_WORDS = new Set(
	`a about an and any are as at be been by can could did do does for from had has have he her his how i if in into is it
	its many me much must my of on or our she should so than that the their them then there these they this those to up
	was we were what when where which who whom whose why will with would you your`.split(/\s+/),
);

/** The content words of a text, stemmed (Porter) and each once: what two texts must share to be about the same thing. */
export function contentStems(text: string): Set<string> {
	const words =
		text
			.normalize("NFKC")
			.toLowerCase()
			.match(/[\p{L}\p{N}]+(?:[.,]\p{N}+)*/gu) ?? [];
	return new Set(words.filter((word) => !STOP_WORDS.has(word)).map((word) => stemmer(word)));
}
