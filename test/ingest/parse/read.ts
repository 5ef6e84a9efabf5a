import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { AssembledPart, DocumentTotals } from "../../../ingest/assemble.ts";
import { parse } from "../../../ingest/parse/parse.ts";
import type { Source } from "../../../ingest/parse/parser.ts";
import type { DocumentFacts, Location, Piece } from "../../../src/types.ts";

export type Block = Exclude<Piece, { kind: "gap" }>;
export type Reading = { pieces: Piece[]; blocks: Block[]; text: string; facts: DocumentFacts };

const folder = await mkdtemp(join(tmpdir(), "excerpt-parse-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
let files = 0;

/** Stores content as an uploaded file of that name. */
export async function stored(filename: string, content: string | Uint8Array): Promise<Source> {
	const path = join(folder, String(files++));
	await writeFile(path, content);
	return { path, filename, bytes: Buffer.byteLength(content) };
}

/** Everything a generator of batches gives. */
export async function collect(batches: AsyncGenerator<Piece[], DocumentFacts>): Promise<Reading> {
	const pieces: Piece[] = [];
	for (;;) {
		const { done, value } = await batches.next();
		if (done) {
			const blocks = pieces.filter((piece): piece is Block => piece.kind !== "gap");
			return { pieces, blocks, text: pieces.map((piece) => piece.text).join(""), facts: value };
		}
		pieces.push(...value);
	}
}

/** Parses content as a file of that name, in this process. */
export async function read(filename: string, content: string | Uint8Array): Promise<Reading> {
	return collect(parse(await stored(filename, content)));
}

/** The document that a parser process assembled. */
export async function gather(parts: AsyncGenerator<AssembledPart, DocumentTotals>) {
	let text = "";
	const blocks: { text: string; location: Location }[] = [];
	for (;;) {
		const { done, value } = await parts.next();
		if (done) return { text, blocks, facts: value.facts };
		for (const { start, end, location } of value.blocks) {
			blocks.push({ text: value.text.slice(start - value.start, end - value.start), location });
		}
		text += value.text;
	}
}
