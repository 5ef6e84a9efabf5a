import type { Merge } from "./xlsx-merges.ts";
import type { SheetRow } from "./xlsx-sheet.ts";

/** Gives the rows of cells that are merged over several rows the value that stands in the first of them. */
export class MergedDown {
	readonly #byTop = new Map<number, Merge[]>();
	#open: { merge: Merge; text: string }[] = [];

	constructor(merges: Merge[]) {
		for (const merge of merges) {
			if (merge.bottom === merge.top) continue;
			const same = this.#byTop.get(merge.top);
			if (same) same.push(merge);
			else this.#byTop.set(merge.top, [merge]);
		}
	}

	/** A row's cells with what reaches down into them; rows come in order. */
	fill({ number, cells }: SheetRow): string[] {
		this.#open = this.#open.filter(({ merge }) => merge.bottom >= number);
		for (const { merge, text } of this.#open) {
			while (cells.length <= merge.left) cells.push("");
			cells[merge.left] ||= text;
		}
		for (const merge of this.#byTop.get(number) ?? []) {
			const text = cells[merge.left];
			if (text) this.#open.push({ merge, text });
		}
		return cells;
	}
}
