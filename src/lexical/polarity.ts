import { stemsInOrder } from "./stems.ts";

/** What turns a statement round, in English and German. */
const NEGATORS =
	/(?<!\p{L})(?:not|no|never|none|neither|nor|without|cannot|\p{L}+n['’]t|except|excluding|excluded|excludes|exclude|prohibited|prohibits|forbidden|unable|impossible|nicht|kein\p{L}*|nie|niemals|ohne|weder|außer|ausgeschlossen|ausgenommen|verboten|untersagt|unmöglich)(?!\p{L})/giu;
/** Written with a negator, and none: "not only", "no later than 30 days", "No. 5". */
const NO_NEGATION =
	/(?<!\p{L})(?:not only|nicht nur|nicht zuletzt|(?:no|not|nicht) (?:more|later|less|fewer|greater|higher|lower|earlier|mehr|später|weniger|länger|früher) (?:than|als)|nos?\.(?= ?\d))/giu;
const CLAUSES =
	/[.;:!?](?=\s|$)|[—–()]|,\s|(?<!\p{L})(?:but|however|although|while|whereas|aber|jedoch|sondern|während|obwohl)(?!\p{L})/iu;

/**
 * The stems that a text denies: of each negator the next one in its clause, or where none follows the one before. `only`:
 * those that no other clause of it says without denying them.
 */
export function deniedStems(text: string): { denied: Set<string>; only: Set<string> } {
	const denied = new Set<string>();
	const affirmed = new Set<string>();
	for (const clause of text.replaceAll(NO_NEGATION, " ").split(CLAUSES)) {
		const meant = new Set<string>();
		for (const match of clause.matchAll(NEGATORS)) {
			const after = stemsOf(clause.slice(match.index + match[0].length));
			const before = stemsOf(clause.slice(0, match.index));
			for (const stem of after.length > 0 ? after.slice(0, 1) : before.slice(-1)) meant.add(stem);
		}
		for (const stem of stemsOf(clause)) (meant.has(stem) ? denied : affirmed).add(stem);
	}
	return { denied, only: denied.difference(affirmed) };
}

function stemsOf(text: string): string[] {
	return stemsInOrder(text.replaceAll(NEGATORS, " ")).filter((stem) => !/^\p{N}/u.test(stem));
}

/** Words of which the one is true where the other is not; all forms, because stems of irregular verbs differ. */
const CONTRARIES: [string, string][] = [
	[
		"rise rises rose risen rising increase increases increased increasing grow grows grew grown growing gain gains gained higher steigt stieg stiegen gestiegen steigen zunahm zugenommen wuchs gewachsen wächst erhöht erhöhte erhöhten höher",
		"fall falls fell fallen falling decrease decreases decreased decreasing decline declines declined declining drop drops dropped shrink shrank lower sinkt sank sanken gesunken sinken fällt fiel fielen gefallen abnahm abgenommen verringert verringerte senkt senkte gesenkt niedriger",
	],
	["before prior", "after"],
	["above exceed exceeds exceeded oberhalb", "below beneath unterhalb"],
	["first erste ersten erster erstes", "last letzte letzten letzter letztes"],
	["minimum mindestens smallest lowest kleinste niedrigste", "maximum höchstens largest highest größte höchste"],
	["accept accepts accepted allowed permitted erlaubt zulässig", "reject rejects rejected disallowed unzulässig"],
	["north northern nord norden nördlich", "south southern süd süden südlich"],
	["east eastern ost osten östlich", "west western westen westlich"],
	["won win wins gewann gewonnen gewinnt", "lost loses lose verlor verloren verliert"],
	[
		"succeed succeeds succeeded success successful gelang gelungen erfolgreich",
		"fail fails failed failure unsuccessful scheiterte gescheitert misslang",
	],
	["open opens opened öffnet geöffnet", "close closes closed schließt geschlossen"],
	["import imports imported", "export exports exported"],
	["buy buys bought acquired kauft kaufte gekauft", "sell sells sold verkauft verkaufte"],
	["mandatory required obligatory pflicht verpflichtend", "optional voluntary freiwillig"],
];
const SIDES = CONTRARIES.map((sides) => sides.map((words) => new Set(words.split(" "))) as [Set<string>, Set<string>]);

/** Whether the one says "rose" where the other says "fell", and neither says both. */
export function areContrary(one: string, other: string): boolean {
	const wordsOf = (text: string) => text.toLowerCase().match(/\p{L}+/gu) ?? [];
	const [said, there] = [wordsOf(one), wordsOf(other)];
	return SIDES.some(([a, b]) => {
		const isOnly = (words: string[], side: Set<string>, not: Set<string>) =>
			words.some((word) => side.has(word)) && !words.some((word) => not.has(word));
		return (isOnly(said, a, b) && isOnly(there, b, a)) || (isOnly(said, b, a) && isOnly(there, a, b));
	});
}
