import type { SettingsResult } from "../src/comparison.ts";
import { costOfInput } from "../src/models/prices.ts";
import { countTokens } from "../src/models/tokens.ts";
import { type ComparedRow, listCompared, type Outcome } from "../src/store/compared-settings.ts";
import type { ComparisonRow, FoundQuestion } from "../src/store/comparisons.ts";
import { countReusedVectors } from "../src/store/hidden-indexes.ts";
import { costOfThousand } from "./cost.ts";
import type { LabDeps } from "./deps.ts";
import { meanOf, meansOf } from "./summarise.ts";

/** Of each of the settings: the means over the questions, and what they took. */
export async function resultsOfSettings(
	{ db, prices }: LabDeps,
	{ id, settings, model }: ComparisonRow,
	questions: FoundQuestion[],
	outcomes: Outcome[][],
): Promise<SettingsResult[]> {
	const compared = await listCompared(db, id);
	const questionTokens = meanOf(questions.map(({ question }) => countTokens(question)));
	const results: SettingsResult[] = [];
	for (const [place, { name, embedding_model }] of settings.entries()) {
		const row = compared.find((one) => one.place === place) as ComparedRow;
		const means = meansOf((outcomes[place] ?? []).map(({ measures }) => measures));
		const embedded = { model: embedding_model, tokens: questionTokens };
		results.push({
			name,
			index_id: row.public_id,
			chunks: row.chunks,
			build: row.hidden ? await buildOf(row) : null,
			means,
			cost_usd_per_1000_questions: costOfThousand(prices, { model, tokens: means.context_tokens }, embedded),
		});
	}
	return results;

	async function buildOf({ index_id }: ComparedRow): Promise<SettingsResult["build"]> {
		// Settings that differ in what is sent share an index, and what it took.
		const builder = compared.find((one) => one.index_id === index_id) as ComparedRow;
		const { embedding_model } = settings[builder.place] as ComparisonRow["settings"][number];
		return {
			tokens_embedded: builder.tokens_embedded,
			vectors_reused: await countReusedVectors(db, index_id as number),
			cost_usd: costOfInput(prices, embedding_model, builder.tokens_embedded),
			seconds: Math.round(builder.seconds * 1000) / 1000,
		};
	}
}
