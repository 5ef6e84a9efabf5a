import type { ChunkingStrategy } from "../../src/chunking-strategy.ts";
import type { Config } from "../../src/config.ts";
import type { Database } from "../../src/db/database.ts";
import type { Embedder } from "../../src/models/embedder.ts";
import { costOfInput, type Prices } from "../../src/models/prices.ts";
import { countTokens } from "../../src/models/tokens.ts";
import { getFile } from "../../src/store/files.ts";
import type { IndexRow } from "../../src/store/indexes.ts";
import { type HeldFile, listHeldFiles } from "../../src/store/lacking-files.ts";
import { findKnownContents, findReusableIndexes } from "../../src/store/vectors.ts";
import type { ChunkDraft, IndexEstimate } from "../../src/types.ts";
import { batchChunks } from "../batch.ts";
import { chunk } from "../chunk/registry.ts";
import { blocksOf } from "../chunk/text-block.ts";
import { contentHash, embeddedText } from "../content.ts";
import { openStored } from "../open-document.ts";
import { knownCut } from "./known-cut.ts";

type Deps = {
	db: Database;
	embedder: Embedder | null;
	prices: Prices;
	config: Pick<Config, "EMBEDDING_CONCURRENCY" | "WORKER_CONCURRENCY">;
};
type Settings = Pick<IndexRow, "chunking_strategy" | "embedding_model">;

/** So many characters are cut; of a store that has more a sample is, and the rest is taken to be like it. */
const SAMPLE_CHARACTERS = 4_000_000;
const BATCH = { count: 500, tokens: Number.POSITIVE_INFINITY };

/** Assumed, with words and vectors and some room: machines differ more than settings do. */
const CHUNKS_PER_SECOND = 1_000;
/** Assumed of a request of up to 96 texts. */
const SECONDS_PER_REQUEST = 1;
const CHUNKS_PER_REQUEST = 96;

type Tally = { characters: number; documents: number; chunks: number; reused: number; fresh: number; tokens: number };

/**
 * What building an index beside `active` would take: the stored documents are cut as they would be, and each chunk's
 * vector is looked for; nothing is stored and nobody is asked for a vector.
 */
export async function estimateIndex(
	{ db, embedder, prices, config }: Deps,
	active: IndexRow,
	settings: Settings,
	signal: AbortSignal,
): Promise<IndexEstimate> {
	const files = await listHeldFiles(db, active.id);
	const all = files.reduce((sum, { length }) => sum + length, 0);
	const tally: Tally = { characters: 0, documents: 0, chunks: 0, reused: 0, fresh: 0, tokens: 0 };
	const seen = new Set<string>();
	for (const file of files) {
		if (tally.characters >= SAMPLE_CHARACTERS) break;
		signal.throwIfAborted();
		await cutFile({ db, embedder }, active, settings, file, tally, seen);
	}
	const share = all === 0 ? 1 : Math.min(1, tally.characters / all);
	const scaled = (count: number) => Math.round(count / share);
	const tokens_to_embed = scaled(tally.tokens);
	const chunks = scaled(tally.chunks);
	const requests = scaled(tally.fresh) / CHUNKS_PER_REQUEST;
	const atATime = config.EMBEDDING_CONCURRENCY * config.WORKER_CONCURRENCY;
	return {
		chunks,
		tokens_to_embed,
		vectors_reused: scaled(tally.reused),
		cost_usd: costOfInput(prices, settings.embedding_model, tokens_to_embed),
		seconds: Math.ceil(chunks / CHUNKS_PER_SECOND + (requests * SECONDS_PER_REQUEST) / atATime),
		files_with_own_strategy: files.filter((file) => file.chunking_strategy !== null).length,
		sample: { documents: tally.documents, of: files.length, share: Math.round(1000 * share) / 1000 },
	};
}

/** Adds what the file would be cut into to the tally; of a document longer than the sample only its beginning. */
async function cutFile(
	{ db, embedder }: Pick<Deps, "db" | "embedder">,
	active: IndexRow,
	{ chunking_strategy, embedding_model }: Settings,
	held: HeldFile & { length: number },
	tally: Tally,
	seen: Set<string>,
): Promise<void> {
	const file = await getFile(db, active.project_id, held.file_id);
	const document = await openStored(db, held.file_id);
	if (!file || !document) return;
	tally.documents++;
	const strategy = held.chunking_strategy ?? chunking_strategy;
	const source = { filename: file.filename, title: document.title };
	const reusable =
		embedding_model === null
			? []
			: await findReusableIndexes(db, { ...active, embedding_model }, file.sha256, embedder?.dimensions);
	const known = knownCut(db, held, { strategy, embedding_model });
	const chunks = known ?? chunk(blocksOf(document.parts), source, unpaid(strategy));
	const paidBySentence = strategy.type === "semantic" && !known;
	const before = tally.characters;
	let end = 0;
	for await (const batch of batchChunks(chunks, BATCH)) {
		tally.chunks += batch.length;
		if (paidBySentence) tally.tokens += SENTENCES_AT_A_TIME * batch.reduce((sum, { tokens }) => sum + tokens, 0);
		if (embedding_model !== null) await lookForVectors(db, reusable, batch, file.filename, tally, seen);
		end = batch.at(-1)?.end ?? end;
		tally.characters = before + end;
		if (tally.characters >= SAMPLE_CHARACTERS) return;
	}
	// What stands behind the last chunk is cut too: nothing.
	tally.characters = before + held.length;
}

async function lookForVectors(
	db: Database,
	reusable: number[],
	chunks: ChunkDraft[],
	filename: string,
	tally: Tally,
	seen: Set<string>,
): Promise<void> {
	const texts = chunks.map((chunk) => embeddedText(chunk, filename));
	const hashes = texts.map((text) => contentHash(text).toString("hex"));
	const known = await findKnownContents(db, reusable, [...new Set(hashes)]);
	for (const [place, hash] of hashes.entries()) {
		if (known.has(hash) || seen.has(hash)) {
			tally.reused++;
			continue;
		}
		// A text that occurs again is sent once.
		seen.add(hash);
		tally.fresh++;
		tally.tokens += countTokens(texts[place] as string);
	}
}

/** Cutting by meaning embeds each sentence with the one before and the one after. */
const SENTENCES_AT_A_TIME = 3;

/** It asks for vectors, which an estimate must not: sentences are cut to the same maximum, which makes fewer chunks. */
function unpaid(strategy: ChunkingStrategy): ChunkingStrategy {
	if (strategy.type !== "semantic") return strategy;
	return { type: "sentence", sentence: { max_tokens: strategy.semantic.max_tokens, overlap_tokens: 0 } };
}
