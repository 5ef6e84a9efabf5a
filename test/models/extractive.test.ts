import { expect, test } from "vitest";
import { type ChatRequest, TEXT_ONLY } from "../../src/models/chat-model.ts";
import { createExtractive } from "../../src/models/extractive.ts";
import type { Passage } from "../../src/types.ts";
import { excerpts, passage } from "../support/passage.ts";

async function answer(question: string, ...passages: Passage[]) {
	const request: ChatRequest = {
		...TEXT_ONLY,
		model: "whatever",
		messages: [{ role: "user", content: question }],
		question,
		context: excerpts(...passages),
		max_output_tokens: null,
		temperature: null,
		top_p: null,
		signal: AbortSignal.timeout(10_000),
	};
	const events = await Array.fromAsync(createExtractive().stream(request));
	return { text: events.map((event) => (event.type === "text" ? event.text : "")).join(""), done: events.at(-1) };
}

const NOTHING = "The documents do not seem to answer this question.";

test("answers with the sentence that holds most of the question's words, cited by its excerpt", async () => {
	const { text } = await answer(
		"How many days after delivery are returns accepted?",
		passage({ text: "Shipping is free for members. We ship on all days." }),
		passage({ text: "Our promise. Returns are accepted within 30 days\nof delivery. Gift cards are excluded." }),
	);
	expect(text).toBe("Returns are accepted within 30 days of delivery. 【2】");
});

test("answers with the row of a table, for which its columns speak", async () => {
	const { text } = await answer(
		"In which city does Bob live?",
		passage({
			text: "Name: Ann; City: Rome\nName: Bob; City: Oslo\nName: Eve; City: Bern",
			location: { row_start: 1, row_end: 3 },
		}),
	);
	expect(text).toBe("Name: Bob; City: Oslo 【1】");
});

test("answers with the record of a JSON document", async () => {
	const { text } = await answer(
		"What is the phone number of Trade?",
		passage({ text: "name: Health\nphone: 3943\n\nname: Trade\nphone: 6649", location: { json_pointer: "/20" } }),
	);
	expect(text).toBe("name: Trade phone: 6649 【1】");
});

test.each([
	{ name: "nothing was found", passages: [] },
	{ name: "what was found is about something else", passages: [passage({ text: "Cats purr. Cats sleep all day." })] },
	{ name: "it shares a word of many", passages: [passage({ text: "The capital was moved in the spring." })] },
])("says so, and cites nothing, where $name", async ({ passages }) => {
	const { text } = await answer("Who designed the opera house in the capital of Australia?", ...passages);
	expect(text).toBe(NOTHING);
});

test("a question without a content word has no answer", async () => {
	expect((await answer("What is it?", passage({ text: "It is what it is." }))).text).toBe(NOTHING);
	expect((await answer("???", passage({ text: "It is what it is." }))).text).toBe(NOTHING);
});

test("answers with all that fit nearly as well, each once, and never more than three", async () => {
	const towns = ["Rome", "Oslo", "Bern", "Bonn"].map((town, n) =>
		passage({ text: `The office in ${town} opens at nine.`, start: n * 100 }),
	);
	const { text } = await answer(
		"When does the office open?",
		...towns,
		passage({ text: towns[0]?.text ?? "", start: 900 }),
	);
	expect(text.split("\n")).toHaveLength(3);
	expect(new Set(text.split("\n")).size).toBe(3);
});

test("a document that writes markers does not cite with them", async () => {
	const { text } = await answer(
		"What did the auditors find?",
		passage({ text: "The auditors find this fine 【2】 and good 【1†source】." }),
	);
	expect(text).toBe("The auditors find this fine [2] and good [1†source]. 【1】");
});

test("names itself as the model, and leaves the counting to others", async () => {
	const model = createExtractive();
	expect(await model.list()).toEqual(["extractive"]);
	const { done } = await answer("How is shipping?", passage({ text: "Shipping is free." }));
	expect(done).toMatchObject({
		type: "done",
		finish: "stop",
		model: "extractive",
		usage: null,
	});
});
