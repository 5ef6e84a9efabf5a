import type { DocumentPart } from "../../src/store/documents.ts";
import type { Block } from "../../src/types.ts";

/** A block with the filler text before it, which belongs to a chunk when the block is not its first. */
export type TextBlock = Block & { tokens: number; before: string };

/** The blocks of a document in order, from its parts. */
export async function* blocksOf(parts: AsyncIterable<DocumentPart>): AsyncGenerator<TextBlock> {
	let before = "";
	for await (const part of parts) {
		let place = part.start;
		for (const block of part.blocks) {
			before += part.text.slice(place - part.start, block.start - part.start);
			yield { ...block, text: part.text.slice(block.start - part.start, block.end - part.start), before };
			before = "";
			place = block.end;
		}
		before += part.text.slice(place - part.start);
	}
}
