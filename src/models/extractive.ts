import { contentStems } from "../lexical/stems.ts";
import { quotableUnits } from "../sentences.ts";
import type { ContextPassage } from "../types.ts";
import type { ChatAdapter, ChatRequest } from "./chat-model.ts";

export const EXTRACTIVE = "extractive";

/**
 * The model that is none: it answers with the sentences, rows or records that share most with the question, cited.
 * What a first run without a key uses; it names itself as the response's model whatever was asked for.
 */
export function createExtractive(): ChatAdapter {
	return {
		list: async () => [EXTRACTIVE],
		async *stream(request) {
			const answer = composeAnswer(request);
			// In pieces, as models do: what reads a stream is the same with and without one.
			for (const text of answer.match(/\S+\s*/g) ?? []) yield { type: "text", text };
			yield { type: "done", finish: "stop", model: EXTRACTIVE, usage: null };
		},
	};
}

const NOTHING_FOUND = "The documents do not seem to answer this question.";

/** Below this share of the question's weight a unit has a word or two in common with it, not its subject. */
const MIN_COVERAGE = 0.3;
/** Units nearly as good as the best are part of the answer, but never more than this many. */
const NEARLY = 0.85;
const MAX_UNITS = 3;
/** A word that only the line above the passage holds (its headings, its table's columns) speaks for the unit less. */
const CONTEXT_WEIGHT = 0.6;

type Unit = { text: string; number: number; own: Set<string>; around: Set<string>; coverage: number };

function composeAnswer({ question, context }: ChatRequest): string {
	const asked = contentStems(question);
	const units = context.flatMap(unitsOf);
	const weights = weigh(asked, units);
	const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
	for (const unit of units) {
		let covered = 0;
		for (const [stem, weight] of weights) {
			if (unit.own.has(stem)) covered += weight;
			else if (unit.around.has(stem)) covered += CONTEXT_WEIGHT * weight;
		}
		unit.coverage = total > 0 ? covered / total : 0;
	}
	const ranked = units.toSorted((a, b) => b.coverage - a.coverage);
	const best = ranked[0]?.coverage ?? 0;
	if (best < MIN_COVERAGE) return NOTHING_FOUND;
	return ranked
		.filter(
			(unit, place) =>
				unit.coverage >= best * NEARLY && ranked.findIndex((other) => other.text === unit.text) === place,
		)
		.slice(0, MAX_UNITS)
		.map((unit) => `${unit.text} 【${unit.number}】`)
		.join("\n");
}

function unitsOf(excerpt: ContextPassage): Unit[] {
	return excerpt.passages.flatMap((passage) =>
		quotableUnits(passage.text, passage.location).map(({ start, end }) => {
			const text = unmarked(passage.text.slice(start, end).replaceAll(/\s*\n\s*/g, " "));
			return {
				text,
				number: excerpt.number,
				own: contentStems(text),
				around: contentStems(`${passage.context} ${passage.filename}`),
				coverage: 0,
			};
		}),
	);
}

/** A document that writes our brackets must not cite for the answer. */
function unmarked(text: string): string {
	return text.replaceAll("【", "[").replaceAll("】", "]");
}

/** A stem that few units hold says more; one that none holds counts too, so that a question off the subject scores low. */
function weigh(asked: Set<string>, units: Unit[]): Map<string, number> {
	return new Map(
		[...asked].map((stem) => {
			const holders = units.filter((unit) => unit.own.has(stem)).length;
			return [stem, Math.log(1 + (units.length + 1) / (holders + 0.5))];
		}),
	);
}
