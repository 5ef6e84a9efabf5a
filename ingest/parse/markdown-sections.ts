/** The parser's time grows with the square of a list's length: 8 Ki characters take 0.1 s, 256 Ki take 7 to 30 s. */
const ENOUGH = 8 * 1024;
const TOO_MUCH = 128 * 1024;

const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * A Markdown text in sections that can be parsed each for itself: after 8 Ki characters the next heading, or line at the
 * left margin after a blank one, begins a new section unless it stands in fenced code; after 128 Ki any line does.
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
			const begins = fence === "" && (/^#{1,6}[ \t]/.test(line) || (blank && /^\S/.test(line)));
			if ((begins && section.length > ENOUGH) || section.length > TOO_MUCH) {
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
