import { expect, test } from "vitest";
import { rewritePrompt } from "../../src/ask/rewrite-prompt.ts";
import { countTokens } from "../../src/models/tokens.ts";

test("the question stands alone where nothing was said before", () => {
	const [system, user] = rewritePrompt(["Who wrote it?"], []);
	expect(system?.role).toBe("system");
	expect(user).toEqual({ role: "user", content: "<question>\nWho wrote it?\n</question>" });
});

test("the conversation comes with it, oldest first, without instructions", () => {
	const [, user] = rewritePrompt(
		["And in 2019?"],
		[
			{ role: "system", content: "Be brief." },
			{ role: "user", content: "How much rain fell in 2018?" },
			{ role: "assistant", content: "812 mm." },
		],
	);
	expect(user?.content).toBe(
		"<conversation>\nuser: How much rain fell in 2018?\nassistant: 812 mm.\n</conversation>\n<question>\nAnd in 2019?\n</question>",
	);
});

test("functions that were called are left out, with what they gave", () => {
	const toolCalls = [{ id: "call_1", name: "rain", arguments: "{}" }];
	const [, user] = rewritePrompt(
		["And in 2019?"],
		[
			{ role: "user", content: "How much rain fell in 2018?" },
			{ role: "assistant", content: "", toolCalls },
			{ role: "tool", callId: "call_1", content: "a long table" },
			{ role: "assistant", content: "812 mm." },
		],
	);
	expect(user?.content).toContain(
		"<conversation>\nuser: How much rain fell in 2018?\nassistant: 812 mm.\n</conversation>",
	);
});

test("a long conversation and a long question cost no more than a bounded call", () => {
	const history = Array.from({ length: 100 }, (_, n) => ({
		role: "user" as const,
		content: `${n} words `.repeat(5_000),
	}));
	const prompt = rewritePrompt(["why ".repeat(20_000)], history);
	expect(prompt.reduce((sum, { content }) => sum + countTokens(content), 0)).toBeLessThan(4_000);
	expect(prompt[1]?.content).toContain("99 words");
	expect(prompt[1]?.content).not.toContain("93 words");
});
