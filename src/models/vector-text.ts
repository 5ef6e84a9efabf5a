import type { Embedding } from "./embedder.ts";

/**
 * A vector in pgvector's text form, `[0.25,-0.5]`. Six decimals are finer than a halfvec's own steps for all but the
 * smallest components, and a third of the digits that a 32-bit float has when it is written out as a double.
 */
export function vectorText(embedding: Embedding): string {
	return `[${embedding.map((component) => Math.round(component * 1e6) / 1e6).join(",")}]`;
}
