import { plain } from "./searchable.ts";
import { stemsInOrder } from "./stems.ts";

/** A number that a text names, with what it can mean. */
export type Figure = {
	/** Usually one; "1.234" may be both 1234 and 1.234. */
	values: number[];
	/** 1e6 of "5 million"; null where the text says none, which a table's head may do. */
	scale: number | null;
	/** The worth of the last digit that is given: 0.1 of "2.5", 1e5 of "1.2 million". */
	step: number;
	/** "%", "$", "€", "£"; null where none is said. */
	unit: string | null;
	/** "about", "more than", "rund" stand before it. */
	hedged: boolean;
	/** Written as a word, "seven": in a sentence it may count what nobody else counted. */
	spelled: boolean;
	/** The stem of the word that follows, which is what it counts. */
	of: string | undefined;
};

const SCALES: [scale: number, words: string][] = [
	[1e3, "thousand|tausend"],
	[1e6, "million|millions|millionen|mio|mn"],
	[1e9, "billion|billions|bn|milliarde|milliarden|mrd"],
	[1e12, "trillion|trillions|billionen"],
];
const ATTACHED: Record<string, number> = { k: 1e3, m: 1e6, bn: 1e9, b: 1e9 };
const UNITS: [unit: string, words: string][] = [
	["%", "%|percent|per cent|pct|prozent"],
	["$", "\\$|us-?dollars?|dollars?|usd"],
	["€", "€|euros?|eur"],
	["£", "£|pounds?|pfund|gbp"],
];
const anyOf = (pairs: [unknown, string][]) => pairs.map(([, words]) => words).join("|");

const TENS = "twenty thirty forty fifty sixty seventy eighty ninety";
const ONES =
	"zero - two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
const GERMAN =
	"null - zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn";
const GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig";
/** "One" is also an article and a pronoun, and left out. */
const SPELLED = new Map<string, number>([
	...[ONES, GERMAN].flatMap((words) => words.split(" ").map((word, value) => [word, value] as [string, number])),
	...[TENS, GERMAN_TENS].flatMap((words) =>
		words.split(" ").map((word, place) => [word, (place + 2) * 10] as [string, number]),
	),
]);
SPELLED.delete("-");

const MONTHS = new Map<string, number>(
	[
		"jan feb mar apr may jun jul aug sep oct nov dec",
		"january february march april may june july august september october november december",
		"januar februar märz april mai juni juli august september oktober november dezember",
	].flatMap((names) => names.split(" ").map((name, place) => [name, place + 1] as [string, number])),
);

const FIGURE = new RegExp(
	String.raw`(?<![\p{L}\p{N}]|[\p{L}\p{N}][.,])(?<digits>\d{1,3}(?: \d{3})+(?![\d.,]?\d)|\d+(?:[.,'’]\d+)*)` +
		`|(?<![\\p{L}\\p{N}])(?:(?<tens>${TENS.replaceAll(" ", "|")})[- ])?(?<word>one|${[...SPELLED.keys()].join("|")})(?![\\p{L}\\p{N}])`,
	"giu",
);
const BEHIND = new RegExp(
	`^(?:[ -]?(?<scale>${anyOf(SCALES)})(?![\\p{L}])\\.?|(?<attached>k|m|bn|b)(?![\\p{L}\\p{N}]))?(?:[ -]?(?<unit>${anyOf(UNITS)})(?![\\p{L}]))?`,
	"iu",
);
const UNIT_BEFORE = /([$€£]|usd|eur|gbp) ?$/iu;
const HEDGE =
	/(?:about|around|approximately|approx\.|roughly|some|nearly|almost|over|under|more than|less than|at least|up to|rund|etwa|circa|ca\.|ungefähr|fast|knapp|über|unter|mehr als|weniger als|mindestens|bis zu|~|≈)\s*[$€£]?\s*$/iu;
const MONTH = /(?<!\p{L})(\p{Lu}\p{L}{2,8})\.?(?!\p{L})/gu;

/**
 * The figures of a text, in order: digits in the ways of English and German, with "million", "%", "$", and number words. Parts
 * of dates, times, versions and ranges stand alone; a date's month counts as its number. Digits within a name ("A320")
 * are the name's.
 */
export function figuresOf(given: string): Figure[] {
	const text = plain(given).replaceAll(/[\u2010-\u2015\u2212]/g, "-");
	const found = [...text.matchAll(FIGURE)].flatMap((match) => read(text, match));
	return [...found, ...monthsOf(text)];
}

/** Whether a text that says `there` bears out `said`: the same number, or where it is rounded one that it is rounded from. */
export function sameFigure(said: Figure, there: Figure): boolean {
	if (said.unit && there.unit && said.unit !== there.unit) return false;
	const oneIsBare = said.scale === null || there.scale === null || said.scale === there.scale;
	if (oneIsBare && said.values.some((value) => there.values.some((other) => equal(value, other)))) return true;
	const room = said.hedged ? said.step * 0.999 : said.scale ? said.step / 2 : 0;
	const whole = ({ values, scale }: Figure) => values.map((value) => value * (scale ?? 1));
	// Of "about 1,400" the reading 1.4 is not meant, and has no room.
	const near = (value: number, other: number) => value >= said.step && Math.abs(value - other) <= room;
	return whole(said).some((value) => whole(there).some((other) => equal(value, other) || near(value, other)));
}

function equal(a: number, b: number): boolean {
	return Math.abs(a - b) <= Math.abs(a) * 1e-12;
}

function read(text: string, match: RegExpExecArray): Figure[] {
	const { digits, tens, word = "" } = match.groups as Record<string, string | undefined>;
	const after = text.slice(match.index + match[0].length);
	const before = text.slice(Math.max(0, match.index - 24), match.index);
	const behind = BEHIND.exec(after);
	const { scale: said, attached, unit } = behind?.groups ?? {};
	const scale = said ? scaleOf(said) : attached ? (ATTACHED[attached.toLowerCase()] ?? null) : null;
	const spelled = digits === undefined;
	const rest = after.slice(behind?.[0].length ?? 0);
	const common = {
		scale,
		unit: unitOf(UNIT_BEFORE.exec(before)?.[1] ?? unit),
		hedged: HEDGE.test(before),
		spelled,
		of: stemsInOrder(/^[\s-]*([\p{L}\p{M}'’-]+)/u.exec(rest)?.[1] ?? "")[0],
	};
	if (spelled) {
		if (word.toLowerCase() === "one" && !tens) return [];
		const value = (SPELLED.get(word.toLowerCase()) ?? 1) + (tens ? (SPELLED.get(tens.toLowerCase()) ?? 0) : 0);
		return [{ ...common, values: [value], step: scale ?? 1 }];
	}
	return readDigits(digits).map(({ values, step }) => ({ ...common, values, step: step * (scale ?? 1) }));
}

/** One number, or the several of a date or a version. */
function readDigits(digits: string): { values: number[]; step: number }[] {
	const bare = digits.replaceAll(/[ '’]/g, "");
	const marks = bare.match(/[.,]/g) ?? [];
	const groups = bare.split(/[.,]/);
	const last = groups.at(-1) as string;
	const whole = Number(groups.join(""));
	const decimal = Number(`${groups.slice(0, -1).join("")}.${last}`);
	const grouped = groups.slice(1).every((group) => group.length === 3) && groups[0] !== "0";
	const decimals = { values: [decimal], step: 10 ** -last.length };
	if (marks.length === 0) return [{ values: [whole], step: stepOf(bare) }];
	if (marks.length === 1) {
		return [grouped ? { values: [whole, decimal], step: stepOf(groups.join("")) } : decimals];
	}
	if (new Set(marks).size === 2) return marks.at(-1) === marks[0] ? groups.flatMap(alone) : [decimals];
	return grouped ? [{ values: [whole], step: stepOf(groups.join("")) }] : groups.flatMap(alone);
}

function alone(digits: string) {
	return { values: [Number(digits)], step: 1 };
}

/** "1,200" is given to the hundred. */
function stepOf(digits: string): number {
	return 10 ** (/0*$/.exec(digits.replace(/^0+/, ""))?.[0].length ?? 0);
}

function scaleOf(word: string): number | null {
	return SCALES.find(([, words]) => words.split("|").includes(word.toLowerCase()))?.[0] ?? null;
}

function unitOf(word: string | undefined): string | null {
	if (!word) return null;
	return UNITS.find(([, words]) => new RegExp(`^(?:${words})$`, "iu").test(word))?.[0] ?? null;
}

/** Whether a word names a month: it is compared as a figure then. */
export function isMonth(word: string): boolean {
	return MONTHS.has(word.toLowerCase());
}

/** A month with a day or a year beside it: "may" and "march" are verbs, too. */
function monthsOf(text: string): Figure[] {
	return [...text.matchAll(MONTH)].flatMap((match) => {
		const value = MONTHS.get((match[1] as string).toLowerCase());
		const beside = `${text.slice(Math.max(0, match.index - 5), match.index)} ${text.slice(match.index + match[0].length, match.index + match[0].length + 6)}`;
		if (value === undefined || !/\d/.test(beside)) return [];
		return [{ values: [value], scale: null, step: 1, unit: null, hedged: false, spelled: false, of: undefined }];
	});
}
