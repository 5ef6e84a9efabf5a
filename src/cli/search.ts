import { Command } from "commander";
import type { VectorStoreSearchResponse } from "openai/resources/vector-stores/vector-stores";
import { loadConfig } from "../config.ts";
import { describeLocation } from "../location.ts";
import type { Explanation, Location, Scores } from "../types.ts";
import { connect } from "./connect.ts";
import { requireStore } from "./find-store.ts";

export const searchCommand = new Command("search")
	.description("Show the passages that retrieval finds for a question, with their scores; no model is asked.")
	.argument("<question>")
	.option("-s, --store <name>", "name or id of the vector store", "documents")
	.option("-n, --limit <number>", "how many passages, 1 to 50", "5")
	.option("--index <id>", "of this index of it, instead of the active one")
	.option("--explain", "say what each score is made of")
	.option("--json", "print the API's answer instead")
	.action(async (question: string, { store: name, index, limit, explain, json }: Options) => {
		const { client, close } = await connect(loadConfig());
		try {
			const store = await requireStore(client, name);
			const asked = {
				query: question,
				max_num_results: Number(limit),
				...(index && { index_id: index }),
				...(explain && { include: ["explanation"] }),
			};
			const page = await client.vectorStores.search(store.id, asked);
			const found = page.data as Result[];
			if (json) console.log(JSON.stringify(found, null, 2));
			else for (const result of found) print(result);
			if (!json && found.length === 0) console.log("No passage holds any of these words.");
		} finally {
			await close();
		}
	});

type Options = { store: string; index?: string; limit: string; explain?: boolean; json?: boolean };

/** OpenAI's keys and ours. */
type Result = VectorStoreSearchResponse & { location: Location; scores: Scores; explanation?: Explanation };

function print(result: Result): void {
	const where = describeLocation(result.location);
	console.log(`${result.score.toFixed(4)}  ${result.filename}${where && `, ${where}`}`);
	if (result.explanation) console.log(`        ${describeScores(result.scores, result.explanation)}`);
	for (const { text } of result.content) console.log(`        ${text.replaceAll(/\s+/g, " ").slice(0, 300)}`);
}

/** `lexical 0.52 = doubl 0.12 + quot 0.12 + name 0.04; dense 0.71; fused 0.61; rerank 0.98` */
function describeScores(
	scores: Scores,
	{ matched_terms, name_score, language_bonus, fused_score }: Explanation,
): string {
	const parts = [
		...matched_terms.map(({ term, score }) => `${term} ${score.toFixed(2)}`),
		...(name_score > 0 ? [`name ${name_score.toFixed(2)}`] : []),
		...(language_bonus > 0 ? [`language ${language_bonus.toFixed(2)}`] : []),
	];
	const made = parts.length > 0 ? ` = ${parts.join(" + ")}` : "";
	const others = Object.entries({ dense: scores.dense, fused: fused_score, rerank: scores.rerank });
	return [
		`lexical ${(scores.lexical ?? 0).toFixed(2)}${made}`,
		...others.filter(([, score]) => score !== null).map(([name, score]) => `${name} ${(score as number).toFixed(2)}`),
	].join("; ");
}
