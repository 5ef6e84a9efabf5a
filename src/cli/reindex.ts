import { Command, InvalidArgumentError } from "commander";
import type OpenAI from "openai";
import { loadConfig } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import type { IndexEstimate } from "../types.ts";
import { confirm } from "./confirm.ts";
import { connect } from "./connect.ts";
import { requireStore } from "./find-store.ts";
import { parseStrategy, STRATEGY_HELP } from "./parse-strategy.ts";
import { type Index, watchBuild } from "./watch-build.ts";

type Options = {
	chunk?: string;
	maxTokens?: string;
	overlap?: string;
	embeddingModel?: string;
	activate: string;
	keep: number;
	dryRun?: boolean;
	rollback?: boolean;
	use?: string;
	yes?: boolean;
};

export const reindexCommand = new Command("reindex")
	.description(
		"Build a vector store's index anew with other settings, from what is stored: nothing is uploaded or read again, known vectors are used again, and questions are answered from the former index until the new one is complete.",
	)
	.argument("<store>", "name or id of the vector store")
	.option("-c, --chunk <strategy>", `${STRATEGY_HELP}; as it is where it is left out`)
	.option("--max-tokens <number>", "maximum of a chunk, beside --chunk with only a name")
	.option("--overlap <number>", "overlap of chunks, likewise")
	.option("--embedding-model <name>", "another embedding model of the same server, or none")
	.option("--activate <when>", "when_complete, or manual: it then waits to be activated", "when_complete")
	.option("--keep <number>", "former indexes that stay for going back to", parseCount, 1)
	.option("--dry-run", "only say what it would take")
	.option("--rollback", "answer from the former index again instead of building one")
	.option("--use <index>", "answer from this index instead, one that is ready or was active before")
	.option("-y, --yes", "build without asking")
	.addHelpText(
		"after",
		`
Examples:
  excerpt reindex manuals --chunk structure --max-tokens 300 --overlap 0
  excerpt reindex manuals --chunk static:800/400 --dry-run
  excerpt reindex manuals --embedding-model text-embedding-3-large --activate manual
  excerpt reindex manuals --use vsx_0123
  excerpt reindex manuals --rollback`,
	)
	.action(async (name: string, options: Options, command: Command) => {
		const body = requestOf(options, command);
		const { client, close } = await connect(loadConfig(), { worker: true });
		try {
			const store = await requireStore(client, name);
			const path = `/vector_stores/${store.id}/indexes`;
			const given = options.use ?? (options.rollback && (await findFormer(client, path)));
			if (given) return await watchBuild(client, path, name, await client.post<Index>(`${path}/${given}/activate`));
			tell(await client.post<IndexEstimate>(path, { body: { ...body, dry_run: true } }), body.embedding_model);
			if (options.dryRun) return;
			if (!options.yes && !(await confirm("Build this index?"))) return console.log("Nothing was built.");
			await watchBuild(client, path, name, await client.post<Index>(path, { body }));
		} finally {
			await close();
		}
	});

function requestOf({ chunk, maxTokens, overlap, ...options }: Options, command: Command) {
	if (!chunk && (maxTokens || overlap)) command.error("error: --max-tokens and --overlap need --chunk");
	if (chunk?.includes(":") && (maxTokens || overlap)) {
		command.error("error: give sizes once: --chunk structure:300/0, or --chunk structure --max-tokens 300 --overlap 0");
	}
	try {
		const { embeddingModel: model } = options;
		return {
			...(chunk && { chunking_strategy: parseStrategy(chunk, { max: maxTokens, overlap }) }),
			...(model && { embedding_model: model === "none" ? null : model }),
			activate: options.activate,
			keep: options.keep,
		};
	} catch (error) {
		if (error instanceof InvalidArgumentError) command.error(`error: option '--chunk ${chunk}': ${error.message}`);
		throw error;
	}
}

function tell(estimate: IndexEstimate, model: string | null | undefined): void {
	const number = (value: number) => value.toLocaleString("en-US");
	const { chunks, tokens_to_embed, vectors_reused, cost_usd, seconds, files_with_own_strategy: own, sample } = estimate;
	const cost = cost_usd === null ? "price not known" : `$${cost_usd.toFixed(cost_usd < 0.1 ? 4 : 2)}`;
	console.log(`chunks           ${number(chunks)}`);
	console.log(`tokens to embed  ${number(tokens_to_embed)}${model ? ` (${model})` : ""}, ${cost}`);
	console.log(`vectors reused   ${number(vectors_reused)}`);
	console.log(`time             about ${describeSeconds(seconds)}`);
	if (own > 0) console.log(`${number(own)} files keep the chunk settings that they were attached with.`);
	if (sample.share < 1) {
		const share = (100 * sample.share).toFixed(1);
		console.log(
			`Estimated from ${share} % of the text, in ${number(sample.documents)} of ${number(sample.of)} documents.`,
		);
	}
}

function describeSeconds(seconds: number): string {
	return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function parseCount(text: string): number {
	if (/^\d+$/.test(text)) return Number(text);
	throw new InvalidArgumentError("give a whole number.");
}

/** The id of the index that was active last before this one. */
async function findFormer(client: OpenAI, path: string): Promise<string> {
	const { data } = await client.get<{ data: Index[] }>(`${path}?limit=100`);
	const former = data
		.filter(({ status }) => status === "retired")
		.toSorted((a, b) => (b.activated_at ?? 0) - (a.activated_at ?? 0))[0];
	if (!former) throw new ExcerptError("not_found", "This vector store has no former index to go back to.");
	return former.id;
}
