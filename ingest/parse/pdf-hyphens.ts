/** Words that were seen with a hyphen inside a line: evidence that the hyphen is theirs. */
export type Compounds = Set<string>;

/** Prefixes whose hyphen is nearly always the word's own. */
const PREFIX = /(?:^|[^\p{L}])(?:non|self|quasi|ex|semi|pseudo)-$/iu;
const WITHOUT_SPACES = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}「『（]/u;
const MOST_COMPOUNDS = 50_000;

/** Remembers the compounds of a line's text; the last word may be a cut one and does not count. */
export function noteCompounds(compounds: Compounds, text: string): void {
	if (!text.includes("-") || compounds.size > MOST_COMPOUNDS) return;
	for (const [compound] of text.matchAll(/\p{L}+(?:-\p{L}+)+/gu)) compounds.add(compound.toLowerCase());
}

/**
 * Joins a line to the text before it. A hyphen at the end goes where the next line goes on in lower case, for most such
 * hyphens cut a word; it stays where the file itself shows the compound elsewhere, after a number, a prefix such as
 * "non-" or another hyphen, and before a capital or a digit.
 */
export function joinLine(text: string, next: string, compounds: Compounds): string {
	if (text === "") return next;
	if (/\u00ad$/.test(text)) return text.slice(0, -1) + next;
	// Chinese and Japanese are written without spaces.
	if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}、。，]$/u.test(text) && WITHOUT_SPACES.test(next)) return text + next;
	if (!/[\p{L}\d][-‐–—/]$/u.test(text)) return `${text} ${next}`;
	const before = text.match(/[\p{L}\d-]+[-‐]$/u)?.[0];
	const after = next.match(/^\p{Ll}+/u)?.[0];
	if (!before || !after) return text + next;
	const stem = before.slice(0, -1);
	const own = /[\d-]/.test(stem) || PREFIX.test(before) || compounds.has(`${stem}-${after}`.toLowerCase());
	// "two- and three-year": the hyphen stands for what follows.
	if (/^(?:and|or|to|und|oder|et|ou)$/.test(after)) return `${text} ${next}`;
	return own ? text + next : text.slice(0, -1) + next;
}
