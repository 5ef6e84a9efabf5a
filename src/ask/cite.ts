import { describeLocation, isProse } from "../location.ts";
import { quotableUnits, type Span } from "../sentences.ts";
import type { ContextPassage, Passage } from "../types.ts";
import {
	type Claim,
	type ClaimFacts,
	type EvidenceFacts,
	joinEvidence,
	namesAnother,
	readClaim,
	readEvidence,
	sharedWith,
	speaksOf,
	supportOf,
	tellsOf,
} from "./support.ts";

export type Quote = { passage: Passage; quote: string; start: number; end: number };

/** Units that one quote may have at the most. */
const MOST_UNITS = 3;

/**
 * Quotes for a claim that cites these excerpts, by their numbers: each the unit of its excerpt that supports the claim best,
 * word for word from the document, or where no single one does two or three that stand together. Excerpts that do not
 * support it alone may together: one unit of each. What is left out is to be dropped: nothing shows that it is true.
 */
export function chooseQuotes(claim: Claim, excerpts: ContextPassage[]): Map<number, Quote> {
	const said = readClaim(claim);
	const alone = excerpts.flatMap((excerpt) => {
		const quote = chooseQuote(said, excerpt);
		return quote ? [[excerpt.number, quote] as const] : [];
	});
	return new Map(alone.length > 0 || excerpts.length < 2 ? alone : joinQuotes(said, excerpts));
}

function chooseQuote(said: ClaimFacts, excerpt: ContextPassage): Quote | undefined {
	const passages = excerpt.passages.map(readPassage);
	for (let size = 1; size <= MOST_UNITS; size++) {
		const found = passages.flatMap((passage) => supporting(said, passage, size));
		const [best] = found.toSorted(
			// Of two that support it equally the shorter says it more exactly.
			(a, b) => b.support - a.support || b.around - a.around || a.quote.length - b.quote.length,
		);
		if (best) return { passage: best.passage, quote: best.quote, start: best.start, end: best.end };
	}
	return undefined;
}

/** "Rome has 3 million people and Oslo 700,000 【1】【2】": each excerpt bears out a part, and all parts are borne out. */
function joinQuotes(said: ClaimFacts, excerpts: ContextPassage[]): [number, Quote][] {
	const chosen = excerpts.flatMap((excerpt) => {
		const units = excerpt.passages
			.map(readPassage)
			.flatMap(({ passage, context, units }) =>
				units
					.filter(({ facts }) => speaksOf(said, facts, context))
					.map(({ start, end, facts }) => ({ passage, context, start, end, facts, shared: sharedWith(said, facts) })),
			);
		const [best] = units.toSorted((a, b) => b.shared - a.shared);
		return best ? [{ ...best, number: excerpt.number }] : [];
	});
	const facts = joinEvidence(chosen.map((unit) => unit.facts));
	const context = joinEvidence(chosen.map((unit) => unit.context));
	if (chosen.length < excerpts.length || supportOf(said, facts, context) === null) return [];
	return chosen.map(({ number, passage, start, end }) => {
		const quote = passage.text.slice(start, end);
		return [number, { passage, quote, start: passage.start + start, end: passage.start + end }];
	});
}

type ReadPassage = {
	passage: Passage;
	context: EvidenceFacts;
	all: EvidenceFacts;
	units: (Span & { facts: EvidenceFacts })[];
};

/** Kept while the passage is: an answer cites it again and again. */
const readPassages = new WeakMap<Passage, ReadPassage>();

function readPassage(passage: Passage): ReadPassage {
	let read = readPassages.get(passage);
	if (!read) {
		read = analyse(passage);
		readPassages.set(passage, read);
	}
	return read;
}

function analyse(passage: Passage): ReadPassage {
	const { text, location, context, filename } = passage;
	const units = quotableUnits(text, location).map(({ start, end }) => {
		return { start, end, facts: readEvidence(text.slice(start, end)) };
	});
	return {
		passage,
		context: readEvidence(`${context}\n${filename.replaceAll("_", " ")}\n${describeLocation(location)}`),
		units,
		all: joinEvidence(units.map(({ facts }) => facts)),
	};
}

type Found = Quote & { support: number; around: number };

function supporting(said: ClaimFacts, { passage, context, units, all }: ReadPassage, size: number): Found[] {
	return units.flatMap((first, place) => {
		const window = units.slice(place, place + size);
		const last = window.at(-1);
		if (!last || window.length < size) return [];
		// A row that only has the year that another row lacks must not lend it: what is joined speaks of the claim itself.
		if (size > 1 && ![first, last].every((unit) => speaksOf(said, unit.facts, context))) return [];
		if (size > 1 && isProse(passage.location) && !tellsOf(said, last.facts)) return [];
		const facts = size === 1 ? first.facts : joinEvidence(window.map((unit) => unit.facts));
		const support = supportOf(said, facts, context);
		if (support === null || namesAnother(said, facts, context, all)) return [];
		const around = [...said.stemsAround].filter((stem) => facts.stems.has(stem)).length;
		const quote = passage.text.slice(first.start, last.end);
		return [{ passage, quote, start: passage.start + first.start, end: passage.start + last.end, support, around }];
	});
}
