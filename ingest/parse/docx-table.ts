import { HtmlTable } from "./html-table.ts";

type Cell = { text: string; span: number; bold: boolean };

/**
 * A table of Word or PowerPoint as lines, a line per row, through the code for HTML's. Its first row names the columns
 * where the author marked it so, or where it is styled as one and reads like one: for Word marks the first row of
 * nearly every table as special, also of those with a label on the left and a value on the right.
 */
export class DocxTable {
	/** The first row has a look of its own. */
	styled = false;
	readonly #table = new HtmlTable();
	#first: Cell[] | undefined;
	#row: Cell[] = [];
	#rows = 0;
	#marked = false;
	#cell: Cell | undefined;
	#continued = false;
	/** The texts of cells that go on in the rows below, by column. */
	readonly #above = new Map<number, string>();

	get inCell(): boolean {
		return this.#cell !== undefined;
	}

	openCell(): void {
		this.#cell = { text: "", span: 1, bold: true };
		this.#continued = false;
	}

	span(columns: number): void {
		if (this.#cell && columns > 1) this.#cell.span = Math.min(columns, 100);
	}

	/** The cell is one with the cell above it. */
	continued(): void {
		this.#continued = true;
	}

	text(text: string, bold = false): void {
		if (this.#cell === undefined) return;
		this.#cell.text += text;
		if (text.trim() !== "") this.#cell.bold &&= bold;
	}

	closeCell(): void {
		if (this.#cell === undefined) return;
		const column = this.#row.reduce((sum, { span }) => sum + span, 0);
		if (this.#continued) this.#cell.text = this.#above.get(column) ?? this.#cell.text;
		else this.#above.set(column, this.#cell.text);
		this.#row.push(this.#cell);
		this.#cell = undefined;
	}

	/** The row under way is marked as one that names the columns. */
	markHeader(): void {
		this.#marked = true;
	}

	/** Ends a row; gives the lines that it completes. */
	closeRow(): string[] {
		const row = this.#row;
		const marked = this.#marked;
		this.#row = [];
		this.#marked = false;
		this.#rows++;
		if (marked) return this.#line(row, true);
		// Whether an unmarked first row is a header, the second tells.
		if (this.#rows === 1) {
			this.#first = row;
			return [];
		}
		return [...this.#flushFirst(row), ...this.#line(row, false)];
	}

	end(): string[] {
		return [...this.#flushFirst(undefined), ...this.#table.end()];
	}

	#flushFirst(second: Cell[] | undefined): string[] {
		const first = this.#first;
		this.#first = undefined;
		if (first === undefined) return [];
		const filled = first.length > 1 && first.every(({ text }) => text.trim() !== "" && !/^[-+\d.,%€$\s]+$/.test(text));
		const bold = first.every((cell) => cell.bold) && !second?.every((cell) => cell.bold);
		return this.#line(first, second !== undefined && filled && (bold || (this.styled && first.length > 2)));
	}

	#line(row: Cell[], header: boolean): string[] {
		const name = header ? "th" : "td";
		if (header) this.#table.open("thead", {});
		for (const { text, span } of row) {
			this.#table.open(name, { colspan: String(span) });
			this.#table.text(text);
			this.#table.close(name);
		}
		const lines = this.#table.close("tr");
		if (header) this.#table.close("thead");
		return lines;
	}
}
