import fc from "fast-check";
import { expect, test } from "vitest";
import type { AskEvent } from "../../src/ask/ask-event.ts";
import { ExcerptError } from "../../src/errors.ts";
import { completeRequest } from "../../src/wire/complete-request.ts";
import { endEarly } from "../../src/wire/end-early.ts";
import { responseRequest } from "../../src/wire/response-request.ts";
import { ResponseStream } from "../../src/wire/response-stream.ts";
import { passage } from "../support/passage.ts";
import { expectSchema } from "../support/wire-schema.ts";

const found = passage({ text: "Found." });
const { file_id, filename, chunk_id } = found;
const citation = { file_id, filename, chunk_id, quote: "Found.", start: 0, end: 6, location: {} };

const said = fc.oneof(
	fc.string({ minLength: 1 }).map((text): AskEvent => ({ type: "text", text })),
	fc.string({ minLength: 1 }).map((text): AskEvent => ({ type: "refusal", text })),
	fc.nat(99).map((index): AskEvent => ({ type: "citation", citation: { ...citation, index } })),
);
const search = (id: string): AskEvent[] => [
	{ type: "search_started", id },
	{ type: "search_completed", id, queries: ["found"], passages: [found] },
];
const message = (id: string, pieces: AskEvent[]): AskEvent[] => [
	{ type: "message_started", id },
	...pieces,
	{ type: "message_completed", id, incomplete: false },
];
const call = (id: string, pieces: string[]): AskEvent[] => [
	{ type: "function_call_started", id, callId: `call_${id}`, name: "f" },
	...pieces.map((text): AskEvent => ({ type: "arguments", text })),
	{ type: "function_call_completed", id, incomplete: false },
];
/** What an answer says until it is cut off somewhere. */
const cutOff = fc
	.tuple(
		fc.array(
			fc.oneof(
				fc.constant(search),
				fc.array(said).map((pieces) => (id: string) => message(id, pieces)),
				fc.array(fc.string()).map((pieces) => (id: string) => call(id, pieces)),
			),
		),
		fc.nat(40),
	)
	.map(([items, length]) => items.flatMap((item, place) => item(`item_${place}`)).slice(0, length));

test("the output of a response that ends early is what its run would have said", () => {
	fc.assert(
		fc.property(cutOff, (events) => {
			const request = completeRequest(responseRequest.parse({ model: "m", input: "?", background: true }));
			const stream = new ResponseStream({ id: "resp_1", created_at: 1, request }, "m");
			const told = structuredClone(stream.queue());
			const begun = structuredClone(stream.body);
			for (const each of [stream.start(), ...events.map((event) => stream.push(event))]) {
				told.push(...structuredClone(each));
			}
			const before = structuredClone(told);
			const error = { code: "server_error", message: "It stopped." };
			const end = endEarly(begun, told, { status: "failed", error });
			expect(told).toEqual(before);
			const failed = stream.fail(new ExcerptError("server_error", "It stopped."));
			expect(end.body).toEqual(JSON.parse(JSON.stringify(stream.body)));
			expect(end.events.map(({ type, sequence_number }) => [type, sequence_number])).toEqual(
				failed.map(({ type, sequence_number }) => [type, sequence_number]),
			);
			for (const event of end.events) expectSchema("ResponseStreamEvent", event);
			const cancelled = endEarly(begun, told, { status: "cancelled" });
			expect(cancelled.body).toEqual({ ...end.body, status: "cancelled", error: null });
			for (const event of cancelled.events) expectSchema("ResponseStreamEvent", event);
			expectSchema("Response", cancelled.body);
		}),
	);
});
