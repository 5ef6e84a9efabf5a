import { Command } from "commander";
import type { VectorStoreSearchResponse } from "openai/resources/vector-stores/vector-stores";
import { loadConfig } from "../config.ts";
import { describeLocation } from "../location.ts";
import type { Location } from "../types.ts";
import { connect } from "./connect.ts";
import { requireStore } from "./find-store.ts";

export const searchCommand = new Command("search")
	.description("Show the passages that retrieval finds for a question, with their scores; no model is asked.")
	.argument("<question>")
	.option("-s, --store <name>", "name or id of the vector store", "documents")
	.option("-n, --limit <number>", "how many passages, 1 to 50", "5")
	.option("--json", "print the API's answer instead")
	.action(async (question: string, { store: name, limit, json }: { store: string; limit: string; json?: boolean }) => {
		const { client, close } = await connect(loadConfig());
		try {
			const store = await requireStore(client, name);
			const page = await client.vectorStores.search(store.id, { query: question, max_num_results: Number(limit) });
			if (json) console.log(JSON.stringify(page.data, null, 2));
			else for (const result of page.data) print(result);
			if (!json && page.data.length === 0) console.log("No passage holds any of these words.");
		} finally {
			await close();
		}
	});

function print(result: VectorStoreSearchResponse): void {
	const where = describeLocation((result as VectorStoreSearchResponse & { location: Location }).location);
	console.log(`${result.score.toFixed(4)}  ${result.filename}${where && `, ${where}`}`);
	for (const { text } of result.content) console.log(`        ${text.replaceAll(/\s+/g, " ").slice(0, 300)}`);
}
