/** A text with each run of white space as one space, and where each of its characters stands in the original. */
export type Collapsed = { text: string; places: Int32Array };

const SPACE = /\s/;

/** `after`: the character before was white space, which a run at the beginning belongs to. */
export function collapse(original: string, after = false): Collapsed {
	const places = new Int32Array(original.length);
	const pieces: string[] = [];
	let kept = 0;
	let from = 0;
	let spaced = after;
	for (let at = 0; at < original.length; at++) {
		const isSpace = SPACE.test(original.charAt(at));
		if (!isSpace) {
			places[kept++] = at;
		} else {
			pieces.push(original.slice(from, at));
			from = at + 1;
			if (!spaced) {
				pieces.push(" ");
				places[kept++] = at;
			}
		}
		spaced = isSpace;
	}
	pieces.push(original.slice(from));
	return { text: pieces.join(""), places: places.slice(0, kept) };
}
