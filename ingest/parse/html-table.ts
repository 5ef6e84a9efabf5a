import { columnNames, rowText } from "./csv-row.ts";

type Cell = { text: string; header: boolean; span: number; rows: number; carried?: boolean };

/** One table as lines of text, a line per row. Rows of header cells name the columns of those below. */
export class HtmlTable {
	#names: string[] | undefined;
	#row: Cell[] = [];
	/** Cells that reach down into the rows to come, by the column they begin in. */
	#down = new Map<number, Cell>();
	#cell: Cell | undefined;
	#inHead = false;
	#headers: string[] = [];
	#named = false;

	/** True while the text belongs to a cell. */
	get inCell(): boolean {
		return this.#cell !== undefined;
	}

	/** Takes an opening tag; false where it is not the table's business. */
	open(name: string, attributes: Record<string, string>): boolean {
		if (name === "thead") this.#inHead = true;
		if (name === "td" || name === "th") {
			this.#cell = {
				text: "",
				header: name === "th",
				span: spanOf(attributes.colspan),
				rows: spanOf(attributes.rowspan),
			};
			return true;
		}
		if (name === "table" || this.#cell === undefined) return false;
		// Paragraphs and line breaks inside a cell only separate words.
		if (/^(p|div|br|li|ul|ol|h[1-6])$/.test(name)) this.#cell.text += " ";
		return true;
	}

	/** Takes text; false where no cell is open. */
	text(text: string): boolean {
		if (this.#cell === undefined) return false;
		this.#cell.text += text;
		return true;
	}

	/** Takes a closing tag; gives the row that it completes, if any. */
	close(name: string): string[] {
		if (name === "thead") this.#inHead = false;
		if ((name === "td" || name === "th") && this.#cell) {
			this.#row.push(this.#cell);
			this.#cell = undefined;
		}
		return name === "tr" ? this.#endRow() : [];
	}

	/** The end of the table: an unfinished row, or the header of a table without any other row. */
	end(): string[] {
		if (this.#cell) this.#row.push(this.#cell);
		this.#cell = undefined;
		const rows = this.#endRow();
		if (rows.length > 0 || this.#named || this.#headers.length === 0) return rows;
		return [this.#headers.filter((name) => name !== "").join(" | ")];
	}

	/** The row's own cells among those that reach down into it: what they say counts for this row too. */
	#withCellsAbove(own: Cell[]): Cell[] {
		if (own.length === 0 || (this.#down.size === 0 && own.every(({ rows }) => rows === 1))) return own;
		const cells: Cell[] = [];
		const down = new Map<number, Cell>();
		const add = (cell: Cell, column: number) => {
			cells.push(cell);
			if (cell.rows > 1) down.set(column, { ...cell, rows: cell.rows - 1, carried: true });
			return column + cell.span;
		};
		let column = 0;
		for (const cell of own) {
			for (let above = this.#down.get(column); above; above = this.#down.get(column)) column = add(above, column);
			column = add(cell, column);
		}
		for (let above = this.#down.get(column); above; above = this.#down.get(column)) column = add(above, column);
		this.#down = down;
		return cells;
	}

	#endRow(): string[] {
		const cells = this.#withCellsAbove(this.#row);
		this.#row = [];
		const fields = cells.flatMap(({ text, span }) => [collapsed(text), ...Array<string>(span - 1).fill("")]);
		if (fields.every((field) => field === "")) return [];
		if (!this.#named && (this.#inHead || (cells.length > 1 && cells.every((cell) => cell.header)))) {
			// A header of several rows names a column by all of them; a name that spans columns counts for each.
			const names = cells.flatMap(({ text, span, carried }) =>
				Array<string>(span).fill(carried ? "" : collapsed(text)),
			);
			this.#headers = Array.from({ length: Math.max(names.length, this.#headers.length) }, (_, i) =>
				[this.#headers[i], names[i]].filter(Boolean).join(" "),
			);
			return [];
		}
		this.#named = true;
		if (this.#headers.length === 0) return [fields.filter((field) => field !== "").join(" | ")];
		this.#names ??= columnNames(this.#headers);
		return [rowText(this.#names, fields)];
	}
}

function spanOf(attribute = "1"): number {
	return Math.min(Math.max(Number.parseInt(attribute, 10) || 1, 1), 100);
}

function collapsed(text: string): string {
	return text.replace(/\s+/g, " ").trim();
}
