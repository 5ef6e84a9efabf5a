import { columnOf } from "./xlsx-merges.ts";
import { numberText } from "./xlsx-number.ts";
import { CellText } from "./xlsx-strings.ts";
import type { NumberFormat } from "./xlsx-styles.ts";
import { readXml, type XmlAttributes } from "./xml.ts";
import type { Zip } from "./zip.ts";

/** What the cells of a workbook's sheets refer to. */
export type Workbook = { strings: string[]; formats: NumberFormat[]; date1904: boolean };

/** A row with at least one value; `number` is the sheet's own, from 1. */
export type SheetRow = { number: number; cells: string[] };

/** Excel's own last column is XFD. */
const MOST_COLUMNS = 16_384;

/** The rows of a sheet that hold a value, as they are inflated. `onFormula` hears of formulas without a stored value. */
export function sheetRows(zip: Zip, part: string, workbook: Workbook, onFormula: () => void): AsyncGenerator<SheetRow> {
	const rows = new Rows(workbook, onFormula);
	return readXml(zip.stream(part), rows, () => rows.take());
}

class Rows {
	readonly #workbook: Workbook;
	readonly #onFormula: () => void;
	#ready: SheetRow[] = [];
	#row: SheetRow = { number: 0, cells: [] };
	#cell: XmlAttributes | undefined;
	#column = -1;
	#value = "";
	#inValue = false;
	#formula = false;
	readonly #inline = new CellText();

	constructor(workbook: Workbook, onFormula: () => void) {
		this.#workbook = workbook;
		this.#onFormula = onFormula;
	}

	take(): SheetRow[] {
		const ready = this.#ready;
		this.#ready = [];
		return ready;
	}

	// Rows and cells may go without their references; then they follow the ones before.
	open(name: string, attributes: XmlAttributes): void {
		if (name === "row") {
			this.#row = { number: Number(attributes.r) || this.#row.number + 1, cells: [] };
			this.#column = -1;
		} else if (name === "c") {
			this.#cell = attributes;
			this.#column = attributes.r ? columnOf(attributes.r) : this.#column + 1;
			this.#value = "";
			this.#formula = false;
			this.#inline.clear();
		} else if (this.#cell) {
			if (name === "v") this.#inValue = true;
			else if (name === "f") this.#formula = true;
			else this.#inline.open(name);
		}
	}

	text(words: string): void {
		if (this.#inValue) this.#value += words;
		else if (this.#cell) this.#inline.text(words);
	}

	close(name: string): void {
		if (name === "v") this.#inValue = false;
		else if (name === "c") this.#endCell();
		else if (name === "row") {
			if (this.#row.cells.some((cell) => cell !== "")) this.#ready.push(this.#row);
		} else this.#inline.close(name);
	}

	#endCell(): void {
		if (this.#cell === undefined) return;
		const text = this.#text(this.#cell).replace(/\r\n?/g, "\n");
		this.#cell = undefined;
		if (text === "") {
			if (this.#formula) this.#onFormula();
			return;
		}
		if (this.#column < 0 || this.#column >= MOST_COLUMNS) return;
		const { cells } = this.#row;
		while (cells.length < this.#column) cells.push("");
		cells[this.#column] = text;
	}

	#text({ t, s }: XmlAttributes): string {
		const { strings, formats, date1904 } = this.#workbook;
		if (t === "s") return this.#value === "" ? "" : (strings[Number(this.#value)] ?? "");
		if (t === "inlineStr") return this.#inline.value;
		if (t === "b") return this.#value === "" ? "" : this.#value.trim() === "1" ? "TRUE" : "FALSE";
		if (t === undefined || t === "n") return numberText(this.#value, formats[Number(s ?? 0)] ?? "number", date1904);
		// A formula's text, an error such as #N/A, an ISO date.
		return this.#value;
	}
}
