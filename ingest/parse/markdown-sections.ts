/** The parser's time grows with the square of the length: 32 Ki characters of lists take 0.3 s, 256 Ki take 7 to 30 s. */
const ENOUGH = 16 * 1024;
const TOO_MUCH = 128 * 1024;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * A Markdown text in sections that can be parsed each for itself: cut before a heading after 16 Ki characters, where
 * there is none before a line at the left margin after a blank one, but never inside fenced code; after 128 Ki
 * characters before any line.
 */
export async function* markdownSections(chunks: AsyncIterable<string>): AsyncGenerator<string> {
	let section = "";
	let fence = "";
	let blank = false;
	let rest = "";
	for await (const chunk of chunks) {
		const lines = (rest + chunk).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) {
			const heading = section.length > ENOUGH && /^#{1,6}[ \t]/.test(line);
			const margin = section.length > 2 * ENOUGH && blank && /^\S/.test(line);
			if ((fence === "" && (heading || margin)) || section.length > TOO_MUCH) {
				yield section;
				section = "";
			}
			const mark = FENCE.exec(line)?.[1];
			if (mark && fence === "") fence = mark;
			else if (mark?.startsWith(fence)) fence = "";
			section += `${line}\n`;
			blank = line.trim() === "";
		}
		// A line without an end: its parts are sections of their own rather than one that does not fit.
		if (rest.length > TOO_MUCH) {
			yield section + rest;
			section = "";
			rest = "";
		}
	}
	if (section + rest !== "") yield section + rest;
}
