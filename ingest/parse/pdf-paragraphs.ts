import { type Compounds, joinLine } from "./pdf-hyphens.ts";
import type { Line } from "./pdf-lines.ts";

export type Paragraph = { text: string; lines: Line[] };

/**
 * Groups lines into paragraphs and joins each into a text. A paragraph ends where the distance to the next line is more
 * than the usual one, where the type changes size or weight, where the next line stands higher (a new column), or where
 * a line is indented and the one after it is not. Its lines are joined by a space; after a line that ends short of its
 * measure, and in what looks like a table's row, the line end stays.
 */
export function paragraphs(lines: Line[], compounds: Compounds = new Set()): Paragraph[] {
	const pitch = usualPitch(lines);
	const groups: Line[][] = [];
	for (const [index, line] of lines.entries()) {
		const group = groups.at(-1);
		const previous = group?.at(-1);
		if (group && previous && !breaks(previous, line, lines[index + 1], pitch)) group.push(line);
		else groups.push([line]);
	}
	return groups.map((group) => ({ text: join(group, compounds), lines: group }));
}

/** The median distance of neighbouring lines in units of their type size; 1.2 where there is nothing to measure. */
function usualPitch(lines: Line[]): number {
	const pitches: number[] = [];
	for (const [index, line] of lines.entries()) {
		const previous = lines[index - 1];
		if (!previous || line.size <= 0) continue;
		const pitch = (line.y - previous.y) / line.size;
		if (pitch > 0.5 && pitch < 3) pitches.push(pitch);
	}
	pitches.sort((a, b) => a - b);
	return pitches[Math.floor(pitches.length / 2)] ?? 1.2;
}

function breaks(previous: Line, line: Line, next: Line | undefined, pitch: number): boolean {
	const size = Math.max(line.size, previous.size, 1);
	const distance = line.y - previous.y;
	if (distance < -0.5 * size || distance > 1.3 * pitch * size) return true;
	if (line.size > 1.15 * previous.size || previous.size > 1.15 * line.size) return true;
	if (line.bold !== previous.bold && /\p{L}/u.test(line.text)) return true;
	if (/^(?:[•▪■●◦‣○]|\(?(?:\d{1,2}|[a-z])\)) /.test(line.text)) return true;
	const indented = line.x > previous.x + 0.7 * size && line.x < previous.x + 5 * size;
	const returns = next !== undefined && next.x < line.x - 0.5 * size && Math.abs(next.x - previous.x) < 0.5 * size;
	return indented && returns;
}

function join(lines: Line[], compounds: Compounds): string {
	const right = Math.max(...lines.map((line) => line.right));
	let text = "";
	for (const [index, line] of lines.entries()) {
		const previous = lines[index - 1];
		if (!previous) text = line.text;
		else if (previous.segments.length > 1 || line.segments.length > 1 || isShort(previous, line, right))
			text += `\n${line.text}`;
		else text = joinLine(text, line.text, compounds);
	}
	return text;
}

/** True where the next line's first word would have had room on this line: the line was ended on purpose. */
function isShort(line: Line, next: Line, right: number): boolean {
	const word = next.text.split(" ", 1)[0] ?? "";
	const perCharacter = (next.right - next.x) / next.text.length;
	return right - line.right > 1.25 * perCharacter * (word.length + 1);
}
