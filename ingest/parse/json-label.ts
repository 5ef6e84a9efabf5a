/** What people call a thing, best first. */
const LABEL_KEYS = ["name", "title", "label"];
const ID_KEY = /^(?:id|key|code|slug)$|(?:_id|Id|ID)$/;
const LONGEST_LABEL = 80;

/** Picks an object's best label from its scalar members: `name`, `title`, `label`, else something like an id. */
export class LabelFinder {
	best: string | undefined;
	#rank = Number.POSITIVE_INFINITY;

	see(key: string, value: string): void {
		const named = LABEL_KEYS.indexOf(key.toLowerCase());
		const rank = named >= 0 ? named : ID_KEY.test(key) ? LABEL_KEYS.length : Number.POSITIVE_INFINITY;
		// A name as long as a paragraph is a description.
		if (rank >= this.#rank || value.trim() === "" || value.length > 2 * LONGEST_LABEL) return;
		this.#rank = rank;
		this.best = shortLabel(value);
	}
}

/** A label on one line, of at most 80 characters. */
export function shortLabel(text: string): string {
	const line = text.replace(/\s+/g, " ").trim();
	return line.length <= LONGEST_LABEL ? line : `${line.slice(0, LONGEST_LABEL - 1).toWellFormed()}…`;
}
