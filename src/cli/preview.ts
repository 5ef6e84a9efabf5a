import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Command } from "commander";
import type OpenAI from "openai";
import type { ChunkingStrategy } from "../chunking-strategy.ts";
import { loadConfig } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import { describeLocation } from "../location.ts";
import type { ChunkDraft, ChunkPreview } from "../types.ts";
import { connect } from "./connect.ts";
import { addCsvFlags, type CsvFlags, csvOptionsFor } from "./csv-flags.ts";
import { parseStrategy, STRATEGY_HELP } from "./parse-strategy.ts";

type Options = { chunk?: ChunkingStrategy; limit: string; json?: boolean } & CsvFlags;
type Preview = { data: ChunkDraft[]; has_more: boolean; statistics: ChunkPreview["statistics"]; warnings: string[] };

export const previewCommand = new Command("preview")
	.description("Show the chunks that settings would make of a file; stores nothing.")
	.argument("<file>")
	.option("-c, --chunk <strategy>", `${STRATEGY_HELP}; auto where it is left out`, (text) => parseStrategy(text))
	.option("-n, --limit <number>", "how many chunks to show", "10")
	.option("--json", "print the API's answer instead")
	.action(async (path: string, { chunk = { type: "auto" }, limit, json, ...flags }: Options) => {
		// A stream of what is not there would end as a connection that failed.
		const entry = await stat(path).catch(() => undefined);
		if (!entry?.isFile()) throw new ExcerptError("not_found", `There is no file '${path}'.`);
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
