import fc from "fast-check";
import type { ChatMessage } from "../../src/models/chat-model.ts";

/** What people write, in several scripts and of very different sizes. */
export const said = fc.oneof(
	{ weight: 4, arbitrary: fc.lorem({ maxCount: 30 }) },
	{ weight: 1, arbitrary: fc.lorem({ maxCount: 300 }) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			"Wie hoch ist die Miete für das Büro in Köln?",
			"Сколько это стоит?",
			"租金是多少？",
			"؟كم الإيجار",
		),
	},
	{
		weight: 1,
		arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }).filter((text) => text.trim() !== ""),
	},
);

/** One turn: a question, functions that are called for it in rounds, and an answer. */
const turn = fc
	.record({
		question: said,
		rounds: fc.array(fc.array(said, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
		answer: fc.option(said, { nil: "" }),
	})
	.map(({ question, rounds, answer }): ChatMessage[] => [
		{ role: "user", content: question },
		...rounds.flatMap((outputs, round): ChatMessage[] => {
			const calls = outputs.map((output, place) => ({
				id: `call_${round}_${place}`,
				name: "look_up",
				arguments: JSON.stringify({ output }),
			}));
			return [
				{ role: "assistant", content: "", toolCalls: calls },
				...outputs.map((content, place): ChatMessage => ({ role: "tool", callId: `call_${round}_${place}`, content })),
			];
		}),
		{ role: "assistant", content: answer || "Yes." },
	]);

export const randomTurns = (maxLength: number) => fc.array(turn, { maxLength });
