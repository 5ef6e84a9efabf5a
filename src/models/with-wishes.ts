import type { Wishes } from "./chat-model.ts";

/**
 * A call to a server with what the client wishes, and where the server refuses it once more without. What a model knows of
 * differs, and clients send wishes that nobody made: `@openai/agents` an effort to every `gpt-5`, whatever MODEL_ALIASES has
 * answer to that name. Throws what the last call throws.
 */
export async function withWishes<Answer>(
	wishes: Wishes,
	call: (wishes: Wishes) => PromiseLike<Answer>,
): Promise<Answer> {
	try {
		return await call(wishes);
	} catch (error) {
		if (Object.keys(wishes).length === 0 || !isRefusal(error)) throw error;
		return await call({});
	}
}

/** Whether a server would not have the request as it was: another one may be taken, the same will not. */
export function isRefusal(error: unknown): boolean {
	const { status } = Object(error) as { status?: unknown };
	return status === 400 || status === 422;
}
