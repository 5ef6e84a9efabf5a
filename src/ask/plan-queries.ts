import type { ChatMessage } from "../models/chat-model.ts";
import type { HelpCall, Helper } from "./call-beside.ts";
import { rewriteQueries } from "./rewrite-queries.ts";

/** One text to search, and the earlier questions whose words count with it, but less: "" where it stands alone. */
export type Query = { text: string; background: string };

/** A query as a model is to read it: what it follows on stands before it. */
export function withBackground({ text, background }: Query): string {
	return background ? `${background}\n${text}` : text;
}

export type Plan = { queries: Query[]; rewrite: HelpCall | null };

export type Asked = {
	/** As the user put them: always among those searched. */
	questions: string[];
	background: string;
	/** The conversation before them, oldest first. */
	history: ChatMessage[];
	/** null: searched as they are. */
	rewriter: Helper | null;
	signal: AbortSignal | undefined;
};

/** What is searched: the questions, and where rewriting is asked for the standalone queries that a model makes of them. */
export async function planQueries({ questions, background, history, rewriter, signal }: Asked): Promise<Plan> {
	const asked = questions.map((text) => ({ text, background }));
	if (!rewriter) return { queries: asked, rewrite: null };
	const { queries, rewrite } = await rewriteQueries(rewriter, questions, history, signal);
	const known = new Set(questions.map(plain));
	// What a model wrote stands alone: that is what it was asked for.
	const written = queries.filter((text) => !known.has(plain(text))).map((text) => ({ text, background: "" }));
	return { queries: [...asked, ...written], rewrite };
}

function plain(text: string): string {
	return text.toLowerCase().replaceAll(/\s+/g, " ").trim();
}
