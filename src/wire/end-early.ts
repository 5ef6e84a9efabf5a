import type { StoredItem, StoredResponse } from "../store/responses.ts";
import type { WireEvent } from "./output-items.ts";
import { storable } from "./storable.ts";

/** Why a response ends before its answer is there: its client has cancelled it, or its server cannot go on. */
export type EarlyEnd = { status: "cancelled" } | { status: "failed"; error: { code: string; message: string } };

/**
 * The last form of a response that others had begun to answer, and the events that say so. Its output is what its events
 * have told, so that nobody has read what is not there; `told` is empty where none are kept.
 */
export function endEarly(
	begun: StoredResponse,
	told: WireEvent[],
	end: EarlyEnd,
): { body: StoredResponse; events: WireEvent[] } {
	const body = { ...begun, ...end, output: storable(toldOutput(told)) };
	let number = told.at(-1)?.sequence_number ?? -1;
	const event = (type: string, fields: object): WireEvent => ({ type, ...fields, sequence_number: ++number });
	// The wire has no event for a response that was cancelled; clients take this one for the end of what there is.
	if (end.status === "cancelled") return { body, events: [event("response.incomplete", { response: body })] };
	const error = event("error", { ...end.error, param: null });
	return { body, events: [error, event("response.failed", { response: body })] };
}

type Part = { type: string; text?: string; refusal?: string; annotations?: unknown[] };

/** The items that a stream's events add up to, as far as it went; what they leave open is incomplete. */
function toldOutput(events: WireEvent[]): StoredItem[] {
	const output: StoredItem[] = [];
	for (const { type, output_index, content_index, ...event } of structuredClone(events)) {
		const place = output_index as number;
		const item = output[place];
		const parts = item?.content as Part[] | undefined;
		const part = parts?.[content_index as number];
		if (type === "response.output_item.added" || type === "response.output_item.done") {
			output[place] = event.item as StoredItem;
		} else if (type === "response.content_part.added") parts?.push(event.part as Part);
		else if (type === "response.output_text.annotation.added") part?.annotations?.push(event.annotation);
		else if (part && type === "response.output_text.delta") part.text += event.delta as string;
		else if (part && type === "response.refusal.delta") part.refusal += event.delta as string;
		else if (item && type === "response.function_call_arguments.delta") item.arguments += event.delta as string;
	}
	return output.map((item) => (item.status === "in_progress" ? { ...item, status: "incomplete" } : item));
}
