import fc from "fast-check";
import { expect, test } from "vitest";
import type { AskEvent } from "../../src/ask/ask.ts";
import { writeReceipt } from "../../src/ask/receipt.ts";
import { ExcerptError } from "../../src/errors.ts";
import { Prices } from "../../src/models/prices.ts";
import type { Citation } from "../../src/types.ts";
import { completeRequest } from "../../src/wire/complete-request.ts";
import { responseRequest } from "../../src/wire/response-request.ts";
import { ResponseStream, type WireEvent } from "../../src/wire/response-stream.ts";
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
	instructions: "",
	historyTokens: 0,
	turns: { sent: 0, dropped: 0 },
	question: "?",
	renderedPassages: "",
	output: "",
	usage,
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
		fc.nat(99).map((index): AskEvent => ({ type: "citation", citation: { ...citation, index } })),
	),
);
const turn = fc.record({
	search: fc.boolean(),
	spoken,
	incomplete: fc.constantFrom(null, "max_output_tokens" as const),
});

function eventsOf({
	search,
	spoken,
	incomplete,
}: {
	search: boolean;
	spoken: AskEvent[];
	incomplete: null | "max_output_tokens";
}): AskEvent[] {
	const searched: AskEvent[] = [
		{ type: "search_started", id: "fs_1" },
		{ type: "search_completed", id: "fs_1", queries: ["?"], passages: [found] },
	];
	return [
		...(search ? searched : []),
		{ type: "message_started", id: "msg_1" },
		...spoken,
		{ type: "message_completed", id: "msg_1", incomplete: incomplete !== null },
		{ type: "answered", model: "m", incomplete, usage, receipt },
	];
}

/** What a client that knows nothing but the events makes of them: text and annotations of each part, items by place. */
function rebuild(events: WireEvent[]) {
	let text = "";
	const annotations: unknown[] = [];
	const items: unknown[] = [];
	for (const event of events) {
		if (event.type === "response.output_text.delta") text += event.delta;
		if (event.type === "response.output_text.annotation.added")
			annotations[event.annotation_index as number] = event.annotation;
		if (event.type === "response.output_item.done") items[event.output_index as number] = event.item;
	}
	return { text, annotations, items };
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
			const { text, annotations, items } = rebuild(events);
			const body = JSON.parse(JSON.stringify(stream.body));
			expect(items).toEqual(body.output);
			expect(body.output.at(-1).content).toEqual([{ type: "output_text", text, annotations, logprobs: [] }]);
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
			const { status, error, output } = stream.body as unknown as {
				status: string;
				error: object;
				output: { type: string; status: string; content?: { text: string }[] }[];
			};
			expect([status, error]).toEqual(["failed", { code: "server_error", message: "It broke." }]);
			expect(output.map((item) => item.status)).not.toContain("in_progress");
			const said = output.find((item) => item.type === "message")?.content?.[0]?.text ?? "";
			expect(said).toBe(rebuild(events).text);
		}),
		{ numRuns: 50 },
	);
});

test("what a search found is kept, whether it is shown or not", () => {
	const stream = newStream();
	for (const event of eventsOf({ search: true, spoken: [], incomplete: null })) stream.push(event);
	expect(stream.body.output[0]?.results).toBeNull();
	expect(stream.storedBody.output[0]?.results).toMatchObject([{ chunk_id: found.chunk_id, text: "Found." }]);
});

test("what is unforeseen says nothing of its inside", () => {
	const [error] = newStream().fail(new Error("password=hunter2"));
	expect(JSON.stringify(error)).not.toContain("hunter2");
	expect(error).toMatchObject({ code: "server_error", param: null });
});
