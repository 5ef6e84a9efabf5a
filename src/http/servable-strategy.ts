import type { ChunkingStrategy } from "../chunking-strategy.ts";
import { ExcerptError } from "../errors.ts";
import type { Embedder } from "../models/embedder.ts";

/** Throws 400 for a strategy that this server cannot carry out, before anything is stored; `param` is where it was given. */
export function checkStrategy(
	strategy: ChunkingStrategy | undefined,
	embedder: Embedder | null,
	param = "chunking_strategy",
): void {
	if (strategy?.type !== "semantic" || embedder) return;
	throw new ExcerptError(
		"invalid_value",
		"Chunking by meaning needs an embedding model, and this server has none: set EMBEDDING_MODEL, or choose another strategy.",
		{ param: `${param}.type` },
	);
}
