/** Postgres caps the positions it keeps for a lexeme at 256 and drops those past 16,383; a chunk comes near neither. */
export type TermCounts = { counts: Map<string, number>; length: number };

const LEXEME = /'((?:[^'\\]|''|\\.)*)'(?::([0-9,A-D]+))?/g;

/** Reads a tsvector's text form, `'fox':3 'quick':2,7`, into how often each term occurs; one that stands there twice is counted together. */
export function countLexemes(tsvector: string): TermCounts {
	const counts = new Map<string, number>();
	let length = 0;
	for (const [, quoted = "", positions = ""] of tsvector.matchAll(LEXEME)) {
		let tf = 1;
		for (let comma = positions.indexOf(","); comma !== -1; comma = positions.indexOf(",", comma + 1)) tf++;
		const term = unquote(quoted);
		counts.set(term, (counts.get(term) ?? 0) + tf);
		length += tf;
	}
	return { counts, length };
}

/** A tsquery that any of the terms satisfies. */
export function anyOf(terms: string[]): string {
	return terms.map((term) => `'${term.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`).join(" | ");
}

function unquote(quoted: string): string {
	// Nearly all need none of it, and there are millions.
	return /['\\]/.test(quoted) ? quoted.replaceAll("''", "'").replaceAll(/\\(.)/g, "$1") : quoted;
}
