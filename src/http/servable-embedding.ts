import { ExcerptError } from "../errors.ts";
import type { Embedder } from "../models/embedder.ts";

/** Throws 400 where vectors are asked for that nobody can make; `param` is where that was said. */
export function checkEmbedding(
	model: string | null | undefined,
	embedder: Embedder | null,
	param = "embedding_model",
): void {
	if (embedder || model === null || model === undefined) return;
	throw new ExcerptError(
		"invalid_value",
		`The embedding model '${model}' cannot be asked: this server has none. Set EMBEDDING_MODEL, or give null to search by words alone.`,
		{ param },
	);
}
