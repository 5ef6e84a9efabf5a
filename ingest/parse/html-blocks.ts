import type { BlockKind, Location, Piece } from "../../src/types.ts";

/** Text that no block element ends for this long is taken for a paragraph, so that memory stays bounded. */
const LONGEST_TEXT = 256 * 1024;

/** Collects running text into blocks, under the headings that stand above them. */
export class HtmlBlocks {
	#ready: Piece[] = [];
	#text = "";
	#kind: BlockKind = "paragraph";
	#level = 0;
	#prefix = "";
	#headings: { level: number; text: string }[] = [];

	/** The pieces that are complete; they are given away. */
	take(): Piece[] {
		const ready = this.#ready;
		this.#ready = [];
		return ready;
	}

	text(text: string): void {
		this.#text += this.#kind === "code" ? text : text.replace(/\s+/g, " ");
		if (this.#text.length > LONGEST_TEXT) this.flush();
	}

	lineBreak(): void {
		this.#text += "\n";
	}

	/** The text from here on is a paragraph's. */
	plain(): void {
		this.#kind = "paragraph";
		this.#prefix = "";
	}

	/** The next block is a heading of this level: 1 to 6 in HTML, 0 for a title above them all. */
	heading(level: number): void {
		this.#kind = "heading";
		this.#level = level;
	}

	/** The next block keeps its white space. */
	preformatted(): void {
		this.#kind = "code";
	}

	/** The next block is an item of a list, with this before it. */
	item(label = "-"): void {
		this.#prefix = `${label} `;
	}

	row(text: string): void {
		this.flush();
		this.#push("table", text, "\n");
	}

	/** Ends the block under way, if it has any text. */
	flush(): void {
		const text =
			this.#kind === "code"
				? this.#text.replace(/^\n/, "").trimEnd()
				: this.#text
						.replace(/[^\S\n]+/g, " ")
						.replace(/ ?\n ?/g, "\n")
						.trim();
		if (text === "") {
			this.#text = "";
			return;
		}
		if (this.#kind === "heading") {
			this.#headings = this.#headings.filter(({ level }) => level < this.#level);
			this.#push("heading", text.replaceAll("\n", " "), "\n\n");
			this.#headings.push({ level: this.#level, text: text.replaceAll("\n", " ") });
		} else {
			this.#push(this.#kind, this.#prefix + text, this.#prefix === "" ? "\n\n" : "\n");
		}
		this.#text = "";
		this.plain();
	}

	#push(kind: BlockKind, text: string, gap: string): void {
		const headings = this.#headings.map((heading) => heading.text);
		const location: Location = headings.length > 0 ? { headings } : {};
		this.#ready.push({ kind, text, location }, { kind: "gap", text: gap });
	}
}
