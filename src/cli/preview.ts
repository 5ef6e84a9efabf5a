import { createReadStream } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import type OpenAI from "openai";
import { type ChunkingStrategy, chunkingStrategySchema } from "../chunking-strategy.ts";
import { loadConfig } from "../config.ts";
import { describeLocation } from "../location.ts";
import type { ChunkDraft, ChunkPreview } from "../types.ts";
import { connect } from "./connect.ts";
import { addCsvFlags, type CsvFlags, csvOptionsFor } from "./csv-flags.ts";

type Options = { chunk: ChunkingStrategy; limit: string; json?: boolean } & CsvFlags;
type Preview = { data: ChunkDraft[]; has_more: boolean; statistics: ChunkPreview["statistics"]; warnings: string[] };

export const previewCommand = new Command("preview")
	.description("Show the chunks that settings would make of a file; stores nothing.")
	.argument("<file>")
	.option(
		"-c, --chunk <strategy>",
		"auto, structure:300/0, sentence:128/32, static:800/400, rows:400, json:400, page:800",
		parseStrategy,
		{ type: "auto" },
	)
	.option("-n, --limit <number>", "how many chunks to show", "10")
	.option("--json", "print the API's answer instead")
	.action(async (path: string, { chunk, limit, json, ...flags }: Options) => {
		const { client, close } = await connect(loadConfig());
		try {
			const csv = csvOptionsFor(path, flags);
			const upload = { file: createReadStream(path), purpose: "assistants", ...(csv && { csv }) };
			const file = await client.files.create(upload as OpenAI.FileCreateParams);
			try {
				const preview = await client.post<Preview>(`/files/${file.id}/chunk_preview`, {
					body: { chunking_strategy: chunk, limit: Number(limit) },
				});
				if (json) console.log(JSON.stringify(preview, null, 2));
				else print(preview);
			} finally {
				await client.files.delete(file.id);
			}
		} finally {
			await close();
		}
	});
addCsvFlags(previewCommand);

/** "structure:300/0" as chunk settings: the strategy, its maximum in tokens, its overlap. */
export function parseStrategy(text: string): ChunkingStrategy {
	const [, type = "", max, overlap] = /^([a-z]+)(?::(\d+)(?:\/(\d+))?)?$/.exec(text) ?? [];
	const sizes =
		type === "static"
			? { max_chunk_size_tokens: Number(max ?? 800), chunk_overlap_tokens: Number(overlap ?? 0) }
			: { ...(max && { max_tokens: Number(max) }), ...(overlap && { overlap_tokens: Number(overlap) }) };
	const parsed = chunkingStrategySchema.safeParse(type === "auto" ? { type } : { type, [type]: sizes });
	if (parsed.success) return parsed.data;
	throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? "is no chunk strategy");
}

function print({ data, has_more, statistics, warnings }: Preview): void {
	for (const [place, { text, tokens, context, location }] of data.entries()) {
		const where = describeLocation(location);
		console.log(
			`#${place + 1}  ${tokens} tokens${where && `, ${where}`}\n    ${context}\n${text.replace(/^/gm, "    ")}\n`,
		);
	}
	const { chunks, tokens } = statistics;
	if (has_more) console.log(`… and ${chunks - data.length} more`);
	console.log(
		`${chunks} chunks, ${tokens.total} tokens: ${tokens.min} to ${tokens.max}, median ${tokens.median}, mean ${tokens.mean}`,
	);
	for (const warning of warnings) console.log(`note: ${warning}`);
}
