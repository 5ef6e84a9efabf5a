import { columnNames, rowText } from "./csv-row.ts";

type Cell = { text: string; header: boolean; span: number };

/** One table as lines of text, a line per row. Rows of header cells name the columns of those below. */
export class HtmlTable {
	#names: string[] | undefined;
	#row: Cell[] = [];
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
			const span = Math.min(Math.max(Number.parseInt(attributes.colspan ?? "1", 10) || 1, 1), 100);
			this.#cell = { text: "", header: name === "th", span };
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

	#endRow(): string[] {
		const cells = this.#row;
		this.#row = [];
		const fields = cells.flatMap(({ text, span }) => [collapsed(text), ...Array<string>(span - 1).fill("")]);
		if (fields.every((field) => field === "")) return [];
		if (!this.#named && (this.#inHead || (cells.length > 1 && cells.every((cell) => cell.header)))) {
			// A header of several rows names a column by all of them; a name that spans columns counts for each.
			const names = cells.flatMap(({ text, span }) => Array<string>(span).fill(collapsed(text)));
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

function collapsed(text: string): string {
	return text.replace(/\s+/g, " ").trim();
}
