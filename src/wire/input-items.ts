import { newId } from "../ids.ts";
import type { StoredItem } from "../store/responses.ts";
import type { InputItem, InputMessage, MessagePart } from "./response-request.ts";

/** The ids of stored items that an input refers to, each once. */
export function referencedIds(input: string | InputItem[]): string[] {
	if (typeof input === "string") return [];
	return [...new Set(input.flatMap((item) => (item.type === "item_reference" ? [item.id] : [])))];
}

/**
 * A request's input as items with ids, as they are stored and listed. `referenced`: the items that it refers to, by id; what
 * searches found is not stored a second time with them.
 */
export function storedInput(
	input: string | InputItem[],
	referenced: Map<string, StoredItem> = new Map(),
): StoredItem[] {
	const items: InputItem[] = typeof input === "string" ? [{ role: "user", content: input }] : input;
	return items.map((item) => {
		if (isMessage(item)) return storedMessage(item);
		switch (item.type) {
			case "item_reference": {
				const known = referenced.get(item.id) as StoredItem;
				return known.type === "file_search_call" ? { ...known, results: null } : known;
			}
			case "function_call":
			case "function_call_output":
				return { ...item, id: item.id ?? newId(item.type), status: item.status ?? "completed" };
			default:
				return { ...DEFAULTS[item.type], ...item, id: item.id ?? newId(item.type) };
		}
	});
}

function isMessage(item: InputItem): item is InputMessage {
	return item.type === undefined || item.type === "message";
}

function storedMessage({ id, role, content }: InputMessage): StoredItem {
	const parts: MessagePart[] = typeof content === "string" ? [{ type: "input_text", text: content }] : content;
	return {
		id: id ?? newId("message"),
		type: "message",
		role,
		status: "completed",
		content: parts.map(role === "assistant" ? outputPart : inputPart),
	};
}

/** What a client may leave out of an item that it passes back, and its readers count on. */
const DEFAULTS = {
	file_search_call: { status: "completed", queries: [], results: null },
	reasoning: { summary: [] },
};

function inputPart(part: MessagePart) {
	return "text" in part ? { type: "input_text", text: part.text } : part;
}

/** An answer that is passed back keeps its citations. */
function outputPart(part: MessagePart) {
	if (!("text" in part)) return part;
	return { type: "output_text", text: part.text, annotations: part.annotations ?? [], logprobs: [] };
}
