import { mergeLocations } from "../../src/location.ts";
import { countTokens } from "../../src/models/tokens.ts";
import type { ChunkDraft } from "../../src/types.ts";
import type { Unit } from "./unit.ts";

export type PackOptions = {
	maxTokens: number;
	/** Tokens at the end of a chunk that the next one begins with again. */
	overlapTokens?: number;
	maxUnits?: number;
	/** True where a new chunk must begin with `unit`. */
	breakBefore?: (unit: Unit, previous: Unit) => boolean;
};

/**
 * Packs units into chunks of at most `maxTokens`, in order, leaving none out. A chunk's text is the document's, from its
 * first unit's start to its last one's end.
 */
export async function* pack(
	units: AsyncIterable<Unit>,
	contextOf: (units: Unit[]) => string,
	{ maxTokens, overlapTokens = 0, maxUnits = Number.POSITIVE_INFINITY, breakBefore }: PackOptions,
): AsyncGenerator<ChunkDraft> {
	let held: Unit[] = [];
	let tokens = 0;
	/** How many of `held` the chunk before had too. */
	let repeated = 0;

	function* flush(): Generator<ChunkDraft> {
		while (held.length > repeated) {
			const { count, text, tokens } = fitting(held, maxTokens);
			// Units that only repeat the chunk before are left out when nothing new fits beside them.
			if (count <= repeated) {
				held = held.slice(1);
				repeated--;
				continue;
			}
			const units = held.slice(0, count);
			yield {
				start: (units[0] as Unit).start,
				end: (units.at(-1) as Unit).end,
				text,
				context: contextOf(units),
				tokens,
				location: mergeLocations(units.map((unit) => unit.location)),
			};
			const tail = held.slice(count);
			const kept = overlapOf(units, overlapTokens);
			held = [...kept, ...tail];
			repeated = kept.length;
			if (tail.length === 0) break;
		}
		tokens = sizeOf(held);
	}

	for await (const unit of units) {
		const previous = held.at(-1);
		const broken = previous !== undefined && held.length > repeated && breakBefore?.(unit, previous);
		const size = unit.tokens + (held.length > 0 ? gapTokens(unit) : 0);
		if (broken || (held.length > repeated && (tokens + size > maxTokens || held.length >= maxUnits))) yield* flush();
		if (broken || (previous && breakBefore?.(unit, previous))) {
			held = [];
			repeated = 0;
		}
		held.push(unit);
		tokens = sizeOf(held);
	}
	yield* flush();
}

/** How many units from the first on fit together; one always does. Sums of tokens are near, the tokenizer decides. */
function fitting(units: Unit[], maxTokens: number): { count: number; text: string; tokens: number } {
	let count = 0;
	let sum = 0;
	for (const unit of units) {
		sum += unit.tokens + (count > 0 ? gapTokens(unit) : 0);
		if (count > 0 && sum > maxTokens) break;
		count++;
	}
	const [first] = units;
	for (; ; count--) {
		if (count === 1 && first) return { count, text: first.text, tokens: first.tokens };
		const text = textOf(units.slice(0, count));
		const tokens = countTokens(text);
		if (tokens <= maxTokens) return { count, text, tokens };
	}
}

function overlapOf(units: Unit[], overlapTokens: number): Unit[] {
	let tokens = 0;
	let from = units.length;
	// The first unit is never repeated: a chunk would begin where the one before began.
	while (from > 1) {
		const unit = units[from - 1] as Unit;
		tokens += unit.tokens + gapTokens(unit);
		if (tokens > overlapTokens) break;
		from--;
	}
	return units.slice(from);
}

function textOf(units: Unit[]): string {
	return units.map((unit, place) => (place === 0 ? unit.text : unit.before + unit.text)).join("");
}

function sizeOf(units: Unit[]): number {
	return units.reduce((sum, unit, place) => sum + unit.tokens + (place > 0 ? gapTokens(unit) : 0), 0);
}

/** A blank line is a token or less; a table's filler can be more. */
function gapTokens(unit: Unit): number {
	return unit.before.length < 4 ? 1 : countTokens(unit.before);
}
