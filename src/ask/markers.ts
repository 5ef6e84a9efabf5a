/** A piece of an answer: text to pass on, or the number of an excerpt that the model cites here. */
export type AnswerPiece = { type: "text"; text: string } | { type: "marker"; number: number };

const MARKER = /^【\s*(\d{1,3})(?:[†:][^】]*)?\s*】/;
/** A bracket that is not closed within so many characters is no marker, however the answer is split. */
const MARKER_LIMIT = 60;

/**
 * Takes the citation markers 【1】 out of an answer that arrives in pieces of any size. A marker may be split anywhere, so
 * text is held back from an opening bracket until it is clear what it is; so is white space, which goes with the marker
 * behind it. Brackets that are no marker pass as text.
 */
export class MarkerScanner {
	#held = "";

	push(text: string): AnswerPiece[] {
		this.#held += text;
		return this.#scan(false);
	}

	/** What is left at the end. */
	flush(): AnswerPiece[] {
		return this.#scan(true);
	}

	#scan(ended: boolean): AnswerPiece[] {
		const pieces: AnswerPiece[] = [];
		let text = "";
		const emit = (piece?: AnswerPiece) => {
			if (text) pieces.push({ type: "text", text });
			text = "";
			if (piece) pieces.push(piece);
		};
		while (this.#held) {
			const open = this.#held.indexOf("【");
			if (open === -1) {
				const tail = ended ? "" : (/[ \t]+$/.exec(this.#held)?.[0] ?? "");
				text += this.#held.slice(0, this.#held.length - tail.length);
				this.#held = tail;
				break;
			}
			const before = this.#held.slice(0, open);
			const rest = this.#held.slice(open);
			const marker = MARKER.exec(rest);
			if (marker && marker[0].length <= MARKER_LIMIT) {
				text += before.replace(/[ \t]+$/, "");
				emit({ type: "marker", number: Number(marker[1]) });
				this.#held = rest.slice(marker[0].length);
			} else if (ended || rest.includes("】") || rest.length > MARKER_LIMIT) {
				text += `${before}【`;
				this.#held = rest.slice(1);
			} else {
				const blank = /[ \t]+$/.exec(before)?.[0] ?? "";
				text += before.slice(0, before.length - blank.length);
				this.#held = blank + rest;
				break;
			}
		}
		emit();
		return pieces;
	}
}
