import { readXmlText } from "./xml.ts";

type Level = { format: string; pattern: string; start: number };

/** The numbers of a document's lists and numbered headings, which Word computes and does not store ("4.2", "(a)"). */
export class Numbering {
	/** A list's kind by its id; lists of one kind count on from each other, unless they start anew. */
	readonly #kinds = new Map<string, { kind: string; starts: Map<number, number> }>();
	readonly #levels = new Map<string, Level[]>();
	readonly #counts = new Map<string, number[]>();
	readonly #started = new Set<string>();

	constructor(xml: string) {
		let kind = "";
		let level: Level | undefined;
		let list: { kind: string; starts: Map<number, number> } | undefined;
		let depth = 0;
		readXmlText(xml, {
			open: (name, attributes) => {
				const val = attributes.val ?? "";
				if (name === "abstractNum") {
					kind = attributes.abstractNumId ?? "";
					this.#levels.set(kind, []);
				} else if (name === "num") {
					list = { kind: "", starts: new Map() };
					this.#kinds.set(attributes.numId ?? "", list);
				} else if (name === "abstractNumId" && list) list.kind = val;
				else if (name === "lvlOverride") depth = Number(attributes.ilvl ?? 0);
				else if (name === "startOverride") list?.starts.set(depth, Number(val));
				else if (name === "lvl" && list === undefined) {
					level = { format: "decimal", pattern: "", start: 1 };
					const levels = this.#levels.get(kind);
					if (levels && levels.length < 9) levels[Number(attributes.ilvl ?? 0)] = level;
				} else if (name === "numFmt" && level) level.format = val;
				else if (name === "lvlText" && level) level.pattern = val;
				else if (name === "start" && level) level.start = Number(val);
			},
			close: (name) => {
				if (name === "num") list = undefined;
				else if (name === "lvl") level = undefined;
			},
		});
	}

	/** What stands before the next paragraph of a list at this depth: "4.2", "(a)", "-" for a bullet, or "". */
	next(id: string, depth: number): string {
		const list = this.#kinds.get(id);
		const levels = list === undefined ? undefined : this.#levels.get(list.kind);
		const level = levels?.[depth];
		if (list === undefined || levels === undefined || level === undefined) return "-";
		if (level.format === "bullet") return "-";
		const counts = this.#counts.get(list.kind) ?? [];
		this.#counts.set(list.kind, counts);
		const start = list.starts.get(depth);
		if (start !== undefined && !this.#started.has(`${id} ${depth}`)) counts[depth] = start - 1;
		this.#started.add(`${id} ${depth}`);
		counts[depth] = (counts[depth] ?? level.start - 1) + 1;
		counts.length = depth + 1;
		if (level.format === "none") return "";
		return level.pattern.replace(/%([1-9])/g, (_, place: string) => {
			const at = Number(place) - 1;
			return numeral(counts[at] ?? levels[at]?.start ?? 1, levels[at]?.format ?? "decimal");
		});
	}
}

function numeral(n: number, format: string): string {
	if (format === "lowerLetter") return letters(n);
	if (format === "upperLetter") return letters(n).toUpperCase();
	if (format === "lowerRoman") return roman(n);
	if (format === "upperRoman") return roman(n).toUpperCase();
	return format === "decimalZero" ? String(n).padStart(2, "0") : String(n);
}

/** a … z, aa … zz, as Word counts. */
function letters(n: number): string {
	return n < 1 ? String(n) : String.fromCharCode(97 + ((n - 1) % 26)).repeat(Math.min(Math.ceil(n / 26), 10));
}

const ROMAN: [number, string][] = [
	[1000, "m"],
	[900, "cm"],
	[500, "d"],
	[400, "cd"],
	[100, "c"],
	[90, "xc"],
	[50, "l"],
	[40, "xl"],
	[10, "x"],
	[9, "ix"],
	[5, "v"],
	[4, "iv"],
	[1, "i"],
];

function roman(n: number): string {
	if (n < 1 || n > 4999) return String(n);
	let rest = n;
	let text = "";
	for (const [value, sign] of ROMAN) {
		for (; rest >= value; rest -= value) text += sign;
	}
	return text;
}
