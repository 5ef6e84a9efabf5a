import { type Line, linesOf, type Segment } from "./pdf-lines.ts";
import type { Box, Word } from "./pdf-page.ts";

/** A page is read in parts, each of whose lines follow one another: its columns, and what stands across them. */
const FEWEST_LINES = 2;
/** Fewer lines than these must be longer to be taken for prose. */
const FEW_LINES = 4;
const DEEPEST = 6;

type Gutter = { from: number; to: number; x: number; score: number };

/**
 * Divides words into parts in reading order. A gutter is a strip that no line crosses over a run of lines, with prose
 * on both of its sides; tables have strips too, but short cells beside them or rules across them.
 */
export function readingOrder(words: Word[], rules: Box[], depth = 0): Line[][] {
	const lines = linesOf(words);
	const gutter = depth < DEEPEST ? widestRun(lines, rules) : undefined;
	if (!gutter) return lines.length === 0 ? [] : [lines];
	const run = lines.slice(gutter.from, gutter.to).flatMap(wordsOf);
	const parts = [
		lines.slice(0, gutter.from).flatMap(wordsOf),
		run.filter((word) => word.x < gutter.x - 1),
		run.filter((word) => word.x >= gutter.x - 1),
		lines.slice(gutter.to).flatMap(wordsOf),
	];
	return parts.flatMap((part) => readingOrder(part, rules, depth + 1));
}

function wordsOf(line: Line): Word[] {
	return line.segments.flatMap((segment) => segment.words);
}

function widestRun(lines: Line[], rules: Box[]): Gutter | undefined {
	let best: Gutter | undefined;
	for (const x of leftEdges(lines)) {
		for (const [from, to] of runsBeside(lines, x, rules)) {
			const gutter = measured(lines, { from, to, x });
			if (gutter.score > (best?.score ?? 0)) best = gutter;
		}
	}
	return best;
}

/** Where several lines, or parts of lines, begin; not the leftmost, which has nothing beside it. */
function leftEdges(lines: Line[]): number[] {
	const edges = new Map<number, { x: number; count: number }>();
	const left = Math.min(...lines.map((line) => line.x));
	for (const { segments } of lines) {
		for (const { x } of segments) {
			const key = Math.round(x / 2);
			const edge = edges.get(key);
			edges.set(key, { x: Math.min(x, edge?.x ?? x), count: (edge?.count ?? 0) + 1 });
		}
	}
	return [...edges.values()].filter(({ x, count }) => count >= FEWEST_LINES && x > left + 40).map(({ x }) => x);
}

/** The runs of lines of which none crosses the strip to the left of `x`, and no rule either. */
function runsBeside(lines: Line[], x: number, rules: Box[]): [number, number][] {
	const across = rules.filter((rule) => rule.bottom - rule.top <= 3 && rule.left < x - 12 && rule.right > x + 12);
	const runs: [number, number][] = [];
	let from = 0;
	const end = (index: number) => {
		if (index - from >= FEWEST_LINES) runs.push([from, index]);
		from = index;
	};
	for (const [index, line] of lines.entries()) {
		const above = lines[index - 1]?.y ?? Number.NEGATIVE_INFINITY;
		if (across.some((rule) => rule.top > above - 2 && rule.top < line.y - 2)) end(index);
		if (line.segments.some((segment) => segment.x < x - 1 && segment.right > x - 0.6 * line.size)) {
			end(index);
			from = index + 1;
		}
	}
	end(lines.length);
	return runs;
}

/** The score is the number of lines on the side with fewer of them; 0 where this is no gutter between columns. */
function measured(lines: Line[], { from, to, x }: Omit<Gutter, "score">): Gutter {
	const segments = lines.slice(from, to).flatMap((line) => line.segments);
	const sides = [segments.filter((segment) => segment.x < x - 1), segments.filter((segment) => segment.x >= x - 1)];
	const fewest = Math.min(...sides.map((side) => side.length));
	return { from, to, x, score: fewest >= FEWEST_LINES && sides.every(isProse) ? fewest : 0 };
}

/** Prose fills its measure with words; a table's columns hold short cells and figures. */
function isProse(segments: Segment[]): boolean {
	const widths = segments.map(({ x, right }) => right - x).sort((a, b) => a - b);
	const measure = widths[Math.floor(0.8 * widths.length)] ?? 0;
	const characters = segments.reduce((sum, { text }) => sum + text.length, 0);
	const letters = segments.reduce((sum, { text }) => sum + (text.match(/\p{L}/gu)?.length ?? 0), 0);
	const full = widths.filter((width) => width > 0.7 * measure).length;
	const least = segments.length < FEW_LINES ? 30 : 18;
	return characters >= least * segments.length && letters >= 0.6 * characters && full >= 0.5 * segments.length;
}
