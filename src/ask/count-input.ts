import { countRequest } from "../models/count-messages.ts";
import { type PromptDeps, preparePrompt } from "./prepare-prompt.ts";
import { toolsOf } from "./search-tool.ts";
import type { Turn } from "./turn.ts";

/** Tokens of the first request that a turn sends to its model, which is not called. */
export async function countInput(deps: PromptDeps, turn: Turn): Promise<number> {
	const preparing = preparePrompt(deps, turn);
	for (;;) {
		const { done, value } = await preparing.next();
		if (done) return countRequest(value.prompt, toolsOf(turn), turn.format);
	}
}
