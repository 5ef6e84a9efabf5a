import fc from "fast-check";
import { expect, test } from "vitest";
import { earlierQuestions, fitHistory } from "../../src/ask/history.ts";
import type { ChatMessage } from "../../src/models/chat-model.ts";
import { countTokens } from "../../src/models/tokens.ts";

const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string): ChatMessage => ({ role: "assistant", content });
const tokensOf = (messages: ChatMessage[]) => messages.reduce((sum, message) => sum + countTokens(message.content), 0);

const turns = [
	[user("How tall is the tower of Pisa?"), assistant("It is 56 metres tall.")],
	[user("When was it begun?"), assistant("In the year 1173.")],
	[user("And finished?"), assistant("In 1372, two centuries later.")],
];

test.each([0, 1, 2, 3])("of three turns the newest %i that fit are kept", (fitting) => {
	const wanted = turns.slice(3 - fitting).flat();
	const { kept, tokens, turns: counted } = fitHistory(turns.flat(), tokensOf(wanted));
	expect(kept).toEqual(wanted);
	expect(tokens).toBe(tokensOf(wanted));
	expect(counted).toEqual({ sent: fitting, dropped: 3 - fitting });
});

test("a question is never sent without its answer, even where it alone would fit", () => {
	const [question, answer] = [user("Why?"), assistant("Because. ".repeat(100))];
	expect(fitHistory([question, answer], 50)).toEqual({ kept: [], tokens: 0, turns: { sent: 0, dropped: 1 } });
});

test("an older turn that would fit does not jump over a newer one that does not", () => {
	const long = [user("Tell me all."), assistant("word ".repeat(500))];
	const { kept } = fitHistory([...(turns[0] ?? []), ...long, ...(turns[1] ?? [])], 100);
	expect(kept).toEqual(turns[1]);
});

test("what is said in several messages before the answer is one turn", () => {
	const conversation = [user("One thing."), user("And another."), assistant("Both, then.")];
	expect(fitHistory(conversation, 1_000).turns).toEqual({ sent: 1, dropped: 0 });
});

test("what is kept is the end of the conversation, whole turns, within the budget", () => {
	const message = fc.record({
		role: fc.constantFrom<"user" | "assistant">("user", "assistant"),
		content: fc.lorem({ maxCount: 12 }),
	});
	fc.assert(
		fc.property(fc.array(message, { maxLength: 12 }), fc.nat(120), (messages, budget) => {
			const { kept, tokens } = fitHistory(messages, budget);
			expect(kept).toEqual(messages.slice(messages.length - kept.length));
			expect(tokens).toBe(tokensOf(kept));
			expect(tokens).toBeLessThanOrEqual(budget);
			// Cut before a question that follows an answer, or nowhere.
			const before = messages[messages.length - kept.length - 1];
			if (kept.length > 0 && before) expect([before.role, kept[0]?.role]).toEqual(["assistant", "user"]);
		}),
	);
});

test("a follow-up is searched with the last three questions, without the answers", () => {
	const conversation = [1, 2, 3, 4].flatMap((n) => [user(`question ${n}`), assistant(`answer ${n}`)]);
	expect(earlierQuestions(conversation)).toBe("question 2\nquestion 3\nquestion 4");
	expect(earlierQuestions([])).toBe("");
});
