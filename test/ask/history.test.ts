import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { earlierQuestions, fitHistory, turnsOf } from "../../src/ask/history.ts";
import type { ChatMessage } from "../../src/models/chat-model.ts";
import { countMessages } from "../../src/models/count-messages.ts";
import { randomTurns } from "../support/random-conversation.ts";

const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string): ChatMessage => ({ role: "assistant", content });

const turns = [
	[user("How tall is the tower of Pisa, which I am writing a book about?"), assistant("It is 56 metres tall.")],
	[user("When was it begun?"), assistant("In the year 1173.")],
	[user("And finished?"), assistant("In 1372, two centuries later.")],
];

test.each([0, 1, 2, 3])("of three turns the newest %i that fit are kept", (fitting) => {
	const wanted = turns.slice(3 - fitting).flat();
	const { kept, sent, dropped } = fitHistory(turns.flat(), countMessages(wanted));
	expect(kept).toEqual(wanted);
	expect([sent, dropped.length]).toEqual([fitting, 3 - fitting]);
});

test("a question is never sent without its answer, even where it alone would fit", () => {
	const [question, answer] = [user("Why?"), assistant("Because. ".repeat(100))];
	expect(fitHistory([question, answer], 50)).toMatchObject({ kept: [], sent: 0, dropped: [[question, answer]] });
});

test("an older turn that would fit does not jump over a newer one that does not", () => {
	const long = [user("Tell me all."), assistant("word ".repeat(500))];
	const { kept } = fitHistory([...long, ...(turns[0] ?? []), ...long, ...(turns[1] ?? [])], 60);
	expect(kept).toEqual(turns[1]);
});

describe("the first turn, which says what all is about,", () => {
	const long = (words: number) => [user("Tell me more."), assistant("word ".repeat(words))];
	const [first = [], last = []] = turns;

	test("is kept where it takes no more than a quarter of the budget", () => {
		const budget = 4 * countMessages(first);
		const { kept, leading, dropped } = fitHistory([...first, ...long(200), ...last], budget);
		expect([kept, leading, dropped]).toEqual([[...first, ...last], 1, [long(200)]]);
	});

	test("is dropped with the others where it takes more", () => {
		const budget = 4 * countMessages(first) - 1;
		expect(fitHistory([...first, ...long(200), ...last], budget)).toMatchObject({ kept: last, leading: 0, sent: 1 });
	});
});

test("what is said in several messages before the answer is one turn", () => {
	expect(turnsOf([user("One thing."), user("And another."), assistant("Both, then.")])).toHaveLength(1);
});

test("calls of functions, and what they gave, are of the turn they were called in, and count", () => {
	const calls = [{ id: "call_1", name: "look_up", arguments: '{"what": "the tower"}' }];
	const calling: ChatMessage[] = [
		user("How tall?"),
		{ role: "assistant", content: "", toolCalls: calls },
		{ role: "tool", callId: "call_1", content: "56" },
		assistant("56 metres."),
	];
	expect(turnsOf([...calling, user("Thanks."), assistant("Fine.")])).toHaveLength(2);
	const size = countMessages(calling);
	expect(fitHistory(calling, size).kept).toEqual(calling);
	expect(fitHistory(calling, size - 1).kept).toEqual([]);
});

test("what is kept are whole turns in their order within the budget, the newest that fit, and at most one before the gap", () => {
	fc.assert(
		fc.property(randomTurns(40), fc.nat(2_000), (given, budget) => {
			const { kept, dropped, leading, sent } = fitHistory(given.flat(), budget);
			expect(countMessages(kept)).toBeLessThanOrEqual(budget);
			expect(kept).toEqual([...given.slice(0, leading), ...given.slice(given.length - sent + leading)].flat());
			expect(sent + dropped.length).toBe(given.length);
			expect(dropped).toEqual(given.slice(leading, leading + dropped.length));
			// The newest of those left out has no room beside what is kept.
			const next = dropped.at(-1);
			if (next) expect(countMessages(kept) + countMessages(next)).toBeGreaterThan(budget);
			else expect(kept).toEqual(given.flat());
		}),
		{ numRuns: 200 },
	);
});

test("a follow-up is searched with the last three questions, without the answers", () => {
	const conversation = [1, 2, 3, 4].flatMap((n) => [user(`question ${n}`), assistant(`answer ${n}`)]);
	expect(earlierQuestions(conversation)).toBe("question 2\nquestion 3\nquestion 4");
	expect(earlierQuestions([])).toBe("");
});
