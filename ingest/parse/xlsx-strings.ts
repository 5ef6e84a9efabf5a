import { readXml } from "./xml.ts";
import type { Zip } from "./zip.ts";

/** Characters of all shared strings together: they are the only part of a workbook that is held in memory. */
const MOST_CHARACTERS = 128 * 1024 * 1024;

export class TooMuchText extends Error {}

/** The strings that cells refer to by number. Throws `TooMuchText` beyond 128 Mi characters. */
export async function sharedStrings(zip: Zip, part: string): Promise<string[]> {
	const strings: string[] = [];
	const text = new CellText();
	let characters = 0;
	const handler = {
		open(name: string) {
			if (name === "si") text.clear();
			text.open(name);
		},
		text: (words: string) => text.text(words),
		close(name: string) {
			text.close(name);
			if (name !== "si") return;
			strings.push(text.value);
			characters += text.value.length;
			if (characters > MOST_CHARACTERS) throw new TooMuchText();
		},
	};
	for await (const _ of readXml(zip.stream(part), handler, () => []));
	return strings;
}

/** The text of a string's runs, without the readings (furigana) that stand above Japanese words. */
export class CellText {
	value = "";
	#inText = false;
	#readings = 0;

	clear(): void {
		this.value = "";
	}

	open(name: string): void {
		if (name === "rPh") this.#readings++;
		else if (name === "t") this.#inText = this.#readings === 0;
	}

	text(words: string): void {
		if (this.#inText) this.value += words;
	}

	close(name: string): void {
		if (name === "rPh") this.#readings--;
		else if (name === "t") this.#inText = false;
		// Characters that XML cannot hold are written _x000D_.
		else if ((name === "si" || name === "is") && this.value.includes("_x")) this.value = unescaped(this.value);
	}
}

function unescaped(text: string): string {
	return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
