import fc from "fast-check";
import { expect, test } from "vitest";
import type { AskEvent } from "../../src/ask/ask-event.ts";
import { writeReceipt } from "../../src/ask/receipt.ts";
import { ExcerptError } from "../../src/errors.ts";
import { Prices } from "../../src/models/prices.ts";
import type { Citation } from "../../src/types.ts";
import { completeRequest } from "../../src/wire/complete-request.ts";
import type { WireEvent } from "../../src/wire/output-items.ts";
import { responseRequest } from "../../src/wire/response-request.ts";
import { ResponseStream } from "../../src/wire/response-stream.ts";
import { passage } from "../support/passage.ts";
import { expectSchema } from "../support/wire-schema.ts";

const usage = { input_tokens: 3, cached_tokens: 1, output_tokens: 2, reasoning_tokens: 0 };
const receipt = writeReceipt({
	model: "m",
	considered: 0,
	retrieval: null,
	rewrite: null,
	sent: [],
	dropped: [],
	turns: { sent: 0, dropped: 0 },
	tokens: { instructions: 0, history: 0, passages: 0, question: 0, tools: 0, overhead: 0, output: 0 },
	calls: [{ model: "m", usage, reported: true, counted: 3 }],
	wholeFilesTokens: 0,
	citations: { verified: 0, dropped: 0 },
	milliseconds: { retrieve: 0, first_token: null, total: 0 },
	prices: new Prices(),
});
const found = passage({ text: "Found." });
const citation: Citation = {
	index: 0,
	file_id: found.file_id,
	filename: found.filename,
	chunk_id: found.chunk_id,
	quote: "Found.",
	start: 0,
	end: 6,
	location: { page_start: 1, page_end: 1 },
};

const newStream = (options = {}) =>
	new ResponseStream(
		{
			id: "resp_1",
			created_at: 1,
			request: completeRequest(responseRequest.parse({ model: "m", input: "?", ...options })),
		},
		"m",
	);

const spoken = fc.array(
	fc.oneof(
		fc.string({ minLength: 1 }).map((text): AskEvent => ({ type: "text", text })),
		fc.string({ minLength: 1 }).map((text): AskEvent => ({ type: "refusal", text })),
		fc.nat(99).map((index): AskEvent => ({ type: "citation", citation: { ...citation, index } })),
	),
);
/** What an item of the output is made of: a message's pieces, a call's, or so many searches at once. */
const item = fc.oneof(
	fc.record({ kind: fc.constant("message" as const), spoken }),
	fc.record({ kind: fc.constant("call" as const), given: fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }) }),
	fc.record({ kind: fc.constant("searches" as const), count: fc.integer({ min: 1, max: 3 }) }),
);
const turn = fc.record({
	items: fc.array(item, { minLength: 1, maxLength: 5 }),
	incomplete: fc.constantFrom(null, "max_output_tokens" as const),
});
type Given = typeof turn extends fc.Arbitrary<infer Value> ? Value : never;

function eventsOf({ items, incomplete }: Given): AskEvent[] {
	const told = items.flatMap((item, place): AskEvent[] => {
		const cut = incomplete !== null && place === items.length - 1;
		if (item.kind === "message") {
			const id = `msg_${place}`;
			return [{ type: "message_started", id }, ...item.spoken, { type: "message_completed", id, incomplete: cut }];
		}
		if (item.kind === "call") {
			const id = `fc_${place}`;
			return [
				{ type: "function_call_started", id, callId: `call_${place}`, name: "f" },
				...item.given.map((text): AskEvent => ({ type: "arguments", text })),
				{ type: "function_call_completed", id, incomplete: cut },
			];
		}
		const ids = Array.from({ length: item.count }, (_, n) => `fs_${place}_${n}`);
		return [
			...ids.map((id): AskEvent => ({ type: "search_started", id })),
			...ids.map((id): AskEvent => ({ type: "search_completed", id, queries: ["?"], passages: [found] })),
		];
	});
	return [...told, { type: "answered", model: "m", incomplete, usage, receipt }];
}

type Rebuilt = { content: { text?: string; refusal?: string; annotations?: unknown[] }[]; arguments: string };

/** What a client that knows nothing but the deltas makes of them, by the item's place: parts of messages, and arguments. */
function rebuild(events: WireEvent[]): Map<number, Rebuilt> {
	const items = new Map<number, Rebuilt>();
	for (const event of events) {
		const place = event.output_index as number;
		if (event.type === "response.output_item.added") items.set(place, { content: [], arguments: "" });
		const item = items.get(place);
		if (!item) continue;
		const part = item.content[event.content_index as number];
		if (event.type === "response.content_part.added") item.content.push(structuredClone(event.part) as never);
		if (event.type === "response.output_text.delta" && part) part.text = `${part.text}${event.delta}`;
		if (event.type === "response.refusal.delta" && part) part.refusal = `${part.refusal}${event.delta}`;
		if (event.type === "response.output_text.annotation.added" && part?.annotations)
			part.annotations[event.annotation_index as number] = event.annotation;
		if (event.type === "response.function_call_arguments.delta") item.arguments += event.delta;
	}
	return items;
}

type Output = { type: string; status: string; content?: unknown; arguments?: string }[];

/** Of the body's items what `rebuild` can know. */
function known(output: Output): unknown[] {
	return output.map((item) => ({ content: item.content ?? [], arguments: item.arguments ?? "" }));
}

test("the events of any answer add up to its body, fit the schema, and are counted from 0", () => {
	fc.assert(
		fc.property(turn, fc.boolean(), (given, withResults) => {
			const stream = newStream(withResults ? { include: ["file_search_call.results"] } : {});
			const events = JSON.parse(
				JSON.stringify([...stream.start(), ...eventsOf(given).flatMap((event) => stream.push(event))]),
			) as WireEvent[];
			for (const event of events) expectSchema("ResponseStreamEvent", event);
			expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, place) => place));
			const body = JSON.parse(JSON.stringify(stream.body));
			const done = events.filter((event) => event.type === "response.output_item.done");
			expect(done.toSorted((a, b) => Number(a.output_index) - Number(b.output_index)).map(({ item }) => item)).toEqual(
				body.output,
			);
			expect([...rebuild(events).values()]).toEqual(known(body.output));
			expect(events.at(-1)?.response).toEqual(body);
			expect(body.status).toBe(given.incomplete ? "incomplete" : "completed");
		}),
		{ numRuns: 50 },
	);
});

test("a stream that fails anywhere ends in an error and a failed response that holds what was told", () => {
	fc.assert(
		fc.property(turn, fc.nat(), (given, cut) => {
			const stream = newStream();
			const told = eventsOf(given).slice(0, -1);
			const before = told.slice(0, cut % (told.length + 1));
			const events = [...stream.start(), ...before.flatMap((event) => stream.push(event))];
			const ended = stream.fail(new ExcerptError("upstream_error", "It broke."));
			for (const event of ended) expectSchema("ResponseStreamEvent", JSON.parse(JSON.stringify(event)));
			expect(ended.map((event) => event.type)).toEqual(["error", "response.failed"]);
			expect(ended[0]).toMatchObject({ code: "upstream_error", message: "It broke.", sequence_number: events.length });
			const { status, error, output } = stream.body as unknown as { status: string; error: object; output: Output };
			expect([status, error]).toEqual(["failed", { code: "server_error", message: "It broke." }]);
			expect(output.map((item) => item.status)).not.toContain("in_progress");
			expect([...rebuild(events).values()]).toEqual(known(output));
		}),
		{ numRuns: 50 },
	);
});

test("what a search found is kept, whether it is shown or not", () => {
	const stream = newStream();
	for (const event of eventsOf({ items: [{ kind: "searches", count: 1 }], incomplete: null })) stream.push(event);
	expect(stream.body.output[0]?.results).toBeNull();
	expect(stream.storedBody.output[0]?.results).toMatchObject([{ chunk_id: found.chunk_id, text: "Found." }]);
});

test("what is unforeseen says nothing of its inside", () => {
	const [error] = newStream().fail(new Error("password=hunter2"));
	expect(JSON.stringify(error)).not.toContain("hunter2");
	expect(error).toMatchObject({ code: "server_error", param: null });
});
