import { type Figure, figuresOf, sameFigure } from "../lexical/figures.ts";
import { acronymsOf, capitalRunsOf, capitalWordsOf, initialsOf, namesOf, wordsOf } from "../lexical/names.ts";
import { areContrary, deniedStems } from "../lexical/polarity.ts";
import { contentStems } from "../lexical/stems.ts";

/** What the answer says where it cites. */
export type Claim = {
	/** The sentence, or the part of it since the marker before. */
	own: string;
	/** With what leads up to it; its words speak for the claim where `own` has hardly any. */
	whole: string;
};

/** A quote must share this much of the claim's words, names and figures. */
const LEAST_SHARE = 0.5;

export type ClaimFacts = {
	text: string;
	stems: Set<string>;
	/** Of `whole`. */
	stemsAround: Set<string>;
	figures: Figure[];
	names: string[][];
	/** Words with a capital: names where the document treats them so. */
	capitals: string[];
	denied: Set<string>;
};

/** What is known of a piece of a document: of a unit of its text, or of the lines above and its name. */
export type EvidenceFacts = {
	text: string;
	stems: Set<string>;
	figures: Figure[];
	words: Set<string>;
	acronyms: Set<string>;
	initials: Set<string>;
	runs: string[][];
	denied: Set<string>;
	/** Denied, and nowhere in the same unit said without denying it. */
	onlyDenied: Set<string>;
};

export function readClaim({ own, whole }: Claim): ClaimFacts {
	const ownStems = wordStems(own);
	const figures = figuresOf(own);
	const stemsAround = wordStems(whole);
	const thin = ownStems.size + figures.filter(({ spelled }) => !spelled).length < 2;
	return {
		text: own,
		stems: thin ? stemsAround : ownStems,
		stemsAround,
		figures,
		names: namesOf(own),
		capitals: capitalWordsOf(own),
		denied: deniedStems(own).denied,
	};
}

export function readEvidence(text: string): EvidenceFacts {
	const { denied, only: onlyDenied } = deniedStems(text);
	return {
		text,
		stems: wordStems(text),
		figures: figuresOf(text),
		words: wordsOf(text),
		acronyms: acronymsOf(text),
		initials: initialsOf(text),
		runs: capitalRunsOf(text),
		denied,
		onlyDenied,
	};
}

/** Several adjacent units as one. */
export function joinEvidence(parts: EvidenceFacts[]): EvidenceFacts {
	return {
		text: parts.map(({ text }) => text).join("\n"),
		stems: unionOf(parts.map(({ stems }) => stems)),
		figures: parts.flatMap(({ figures }) => figures),
		words: unionOf(parts.map(({ words }) => words)),
		acronyms: unionOf(parts.map(({ acronyms }) => acronyms)),
		initials: unionOf(parts.map(({ initials }) => initials)),
		runs: parts.flatMap(({ runs }) => runs),
		denied: unionOf(parts.map(({ denied }) => denied)),
		onlyDenied: unionOf(parts.map(({ onlyDenied }) => onlyDenied)),
	};
}

/**
 * How far a quote supports a claim, 0..1; null where it does not. `context` is what stands above the quote: headings, a
 * table's columns, the file's name. The rule, which docs/citations.md states in full: of the claim's words, names and
 * figures a share occurs in quote and context, at least one in the quote; every figure and every name of the claim occurs
 * there; and neither denies what the other says.
 */
export function supportOf(claim: ClaimFacts, quote: EvidenceFacts, context: EvidenceFacts): number | null {
	const written = claim.figures.filter(({ spelled }) => !spelled);
	const figures = [...quote.figures, ...context.figures];
	if (!written.every((figure) => figures.some((there) => sameFigure(figure, there)))) return null;
	if (claim.figures.some((figure) => isMiscounted(figure, quote.figures))) return null;
	if (!claim.names.every((name) => bearsName(name, quote, context))) return null;
	const inQuote = [...claim.stems].filter((stem) => quote.stems.has(stem));
	const differs = (stem: string) => (claim.denied.has(stem) ? !quote.denied.has(stem) : quote.onlyDenied.has(stem));
	if (inQuote.some(differs)) return null;
	if (claim.denied.size > 0 && quote.denied.size === 0 && !quote.figures.some(({ values }) => values[0] === 0))
		return null;
	if (areContrary(claim.text, quote.text)) return null;

	const quotedFigures = written.filter((figure) => quote.figures.some((there) => sameFigure(figure, there)));
	if (inQuote.length + quotedFigures.length === 0) return null;
	const inContext = [...claim.stems].filter((stem) => !quote.stems.has(stem) && context.stems.has(stem));
	const share = (inQuote.length + inContext.length + written.length) / (claim.stems.size + written.length);
	return share >= LEAST_SHARE ? share : null;
}

/** Whether a unit has a word of the claim that not all its neighbours have, as a table's rows have the columns' names. */
export function speaksOf(claim: ClaimFacts, unit: EvidenceFacts, context: EvidenceFacts): boolean {
	return [...claim.stems].some((stem) => unit.stems.has(stem) && !context.stems.has(stem));
}

/** Whether a unit has a word of the claim that is no name: whom a sentence means stands before it, seldom behind. */
export function tellsOf(claim: ClaimFacts, unit: EvidenceFacts): boolean {
	const names = wordStems(claim.capitals.join(" "));
	return [...claim.stems].some((stem) => unit.stems.has(stem) && !names.has(stem));
}

/** How many words and figures of the claim a unit has. */
export function sharedWith(claim: ClaimFacts, unit: EvidenceFacts): number {
	const figures = claim.figures.filter((figure) => unit.figures.some((there) => sameFigure(figure, there)));
	return figures.length + [...claim.stems].filter((stem) => unit.stems.has(stem)).length;
}

/** "Seven members" where the quote counts members, and not to seven. */
function isMiscounted(said: Figure, there: Figure[]): boolean {
	if (!said.spelled || said.of === undefined) return false;
	const counted = there.filter(({ of }) => of === said.of);
	return counted.length > 0 && !counted.some((figure) => sameFigure(said, figure));
}

/**
 * All words of the name are there; or it is there by its initials; or in part, as "Curie" for "Marie Curie", and under no
 * other name beside.
 */
function bearsName(name: string[], quote: EvidenceFacts, context: EvidenceFacts): boolean {
	const found = name.filter((word) => hasWord(word, quote) || hasWord(word, context));
	if (found.length === name.length) return true;
	const initials = name.map((word) => word.charAt(0)).join("");
	if (name.length > 1 && (quote.acronyms.has(initials) || context.acronyms.has(initials))) return true;
	if (name.some((word) => quote.initials.has(word) || context.initials.has(word))) return true;
	return found.length > 0 && ![...quote.runs, ...context.runs].some((run) => isOtherName(name, run));
}

/** "Andrew Jackson" where "Stonewall Jackson" is said: a word of both stands beside another one. */
function isOtherName(name: string[], other: string[]): boolean {
	const known = new Set(name.flatMap((word) => [...wordForms(word)]));
	return name.some((word, place) => {
		const there = other.indexOf(word);
		if (there === -1) return false;
		return [-1, 1].some((side) => {
			const beside = other[there + side];
			return name[place + side] !== undefined && beside !== undefined && !known.has(beside);
		});
	});
}

function hasWord(word: string, evidence: EvidenceFacts): boolean {
	return [...wordForms(word)].some((form) => evidence.words.has(form));
}

/**
 * Whether a claim names what the document speaks of elsewhere, and the quote does not: "Microsoft" where the row is Apple's.
 * Then the quote is of something else.
 */
export function namesAnother(
	claim: ClaimFacts,
	quote: EvidenceFacts,
	context: EvidenceFacts,
	elsewhere: EvidenceFacts,
): boolean {
	const runs = elsewhere.runs.flat();
	return claim.capitals.some((word) => runs.includes(word) && !hasWord(word, quote) && !hasWord(word, context));
}

/** "Japanese" is borne out by "Japan", a genitive by its name. */
const ADJECTIVES = /(?:ese|ian|ean|an|ish|ic|n|isch(?:e[rnms]?)?|er|s|es)$/;

function wordForms(word: string): Set<string> {
	const bare = word.replace(ADJECTIVES, "");
	return bare.length >= 4 ? new Set([word, bare, `${bare}a`, `${bare}y`, `${bare}n`]) : new Set([word]);
}

/** Figures are compared by their values, not as words. */
function wordStems(text: string): Set<string> {
	return new Set([...contentStems(text)].filter((stem) => !/^\p{N}/u.test(stem)));
}

function unionOf(sets: Set<string>[]): Set<string> {
	return new Set(sets.flatMap((set) => [...set]));
}
