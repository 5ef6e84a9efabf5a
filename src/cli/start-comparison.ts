import type OpenAI from "openai";
import type { VectorStore } from "openai/resources/vector-stores/vector-stores";
import type { IndexEstimate } from "../types.ts";
import type { SettingsRequest } from "./compared-settings.ts";
import { count, dollars } from "./comparison-measures.ts";
import { confirm } from "./confirm.ts";
import { findFileIds } from "./find-file-ids.ts";
import { readQuestions } from "./read-questions.ts";
import type { Comparison } from "./watch-comparison.ts";

export type QuestionFlags = { questions?: string; generate?: string; model?: string; sample?: string; yes?: boolean };

/**
 * Reads the questions, says what the comparison would take, asks where that costs tokens, and begins. Undefined where the
 * answer is no.
 */
export async function startComparison(
	client: OpenAI,
	store: VectorStore,
	settings: SettingsRequest[],
	{ questions, generate, model, sample, yes }: QuestionFlags,
): Promise<Comparison | undefined> {
	const body = {
		settings,
		...(questions && { questions: await readQuestions(questions, await findFileIds(client, store.id)) }),
		...(generate && { generate: Number(generate) }),
		...(model && { model }),
		...(sample && { sample: { files: Number(sample) } }),
	};
	const tokens = await tellBuilds(client, store.id, settings, sample !== undefined);
	if (generate) console.log(`A model is to write ${generate} questions, which costs its tokens, too.`);
	const costs = tokens > 0 || generate !== undefined;
	if (costs && !yes && !(await confirm("Compare?"))) return undefined;
	return client.post<Comparison>(`/vector_stores/${store.id}/comparisons`, { body });
}

/** Says what the indexes would take that are built for it, and returns the tokens to embed; at most, because they share vectors. */
async function tellBuilds(
	client: OpenAI,
	storeId: string,
	settings: SettingsRequest[],
	sampled: boolean,
): Promise<number> {
	const builds = new Map(
		settings
			.map(({ chunking_strategy, embedding_model }) => ({ chunking_strategy, embedding_model }))
			.filter((build) => build.chunking_strategy !== undefined || build.embedding_model !== undefined)
			.map((build) => [JSON.stringify(build), build]),
	);
	if (builds.size === 0) return 0;
	const total = { tokens: 0, seconds: 0, cost: 0 as number | null };
	for (const build of builds.values()) {
		const estimate = await client.post<IndexEstimate>(`/vector_stores/${storeId}/indexes`, {
			body: { ...build, dry_run: true },
		});
		total.tokens += estimate.tokens_to_embed;
		total.seconds += estimate.seconds;
		total.cost = total.cost === null || estimate.cost_usd === null ? null : total.cost + estimate.cost_usd;
	}
	const cost = total.cost === null ? "price not known" : dollars(total.cost);
	const embedded = total.tokens > 0 ? `at most ${count(total.tokens)} tokens to embed (${cost})` : "nothing to embed";
	const built = `${builds.size === 1 ? "1 index" : `${builds.size} indexes`} beside the active one`;
	// The estimate is of all files: which are drawn is not known yet.
	const share = sampled ? "; of a sample less" : "";
	console.log(`To compare takes ${built}: ${embedded}, about ${total.seconds} s${share}.`);
	return total.tokens;
}
