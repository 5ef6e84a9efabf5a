import type { StoredItem } from "../store/responses.ts";

export type WireEvent = { type: string; sequence_number: number } & Record<string, unknown>;

/** The output of a response as it comes about, and the events that tell it: counted from 0 over the whole stream. */
export class OutputItems {
	readonly items: StoredItem[] = [];
	#sequence = 0;

	/** The item that was added last. */
	get last(): StoredItem {
		return this.items[this.items.length - 1] as StoredItem;
	}

	add(item: StoredItem): WireEvent {
		this.items.push(item);
		return this.event("response.output_item.added", {
			output_index: this.items.length - 1,
			item: structuredClone(item),
		});
	}

	finish(item: StoredItem, changes: Record<string, unknown>): WireEvent {
		Object.assign(item, changes);
		return this.event("response.output_item.done", { output_index: this.#place(item), item: structuredClone(item) });
	}

	itemEvent(item: StoredItem, type: string, fields: Record<string, unknown> = {}): WireEvent {
		return this.event(type, { item_id: item.id, output_index: this.#place(item), ...fields });
	}

	event(type: string, fields: Record<string, unknown>): WireEvent {
		return { type, ...fields, sequence_number: this.#sequence++ };
	}

	#place(item: StoredItem): number {
		return this.items.indexOf(item);
	}
}
