import { Command } from "commander";
import type OpenAI from "openai";
import type { VectorStore } from "openai/resources/vector-stores/vector-stores";
import { loadConfig } from "../config.ts";
import { connect } from "./connect.ts";
import { describeProgress } from "./describe-progress.ts";
import { requireStore } from "./find-store.ts";
import { describeBuild, type Index, isBeingBuilt } from "./watch-build.ts";
import { type Comparison, describeComparison, isUnderWay } from "./watch-comparison.ts";

export const statusCommand = new Command("status")
	.description(
		"Show the vector stores, what is being ingested, built or compared and how far it is, and what failed and why.",
	)
	.option("-s, --store <name>", "only this vector store, by name or id")
	.action(async ({ store: name }: { store?: string }) => {
		const { client, where, close } = await connect(loadConfig());
		try {
			const stores: VectorStore[] = [];
			if (name) stores.push(await requireStore(client, name));
			else for await (const store of client.vectorStores.list({ limit: 100 })) stores.push(store);
			if (stores.length === 0) console.log(`No vector store yet at ${where}.`);
			for (const store of stores) {
				const { completed, in_progress, failed, cancelled } = store.file_counts;
				const counts = [
					`${completed} completed`,
					`${in_progress} in progress`,
					`${failed} failed`,
					`${cancelled} cancelled`,
				];
				console.log(
					`${store.name || store.id} (${store.id}, ${store.status}): ${counts.join(", ")}; ${(store.usage_bytes / 1e6).toFixed(1)} MB`,
				);
				for (const filter of ["in_progress", "failed"] as const) {
					for await (const file of client.vectorStores.files.list(store.id, { filter, limit: 100 })) {
						const { filename } = await client.files.retrieve(file.id);
						console.log(
							`  ${filename}: ${filter === "failed" ? `failed: ${file.last_error?.message}` : describeProgress(file).what || "waiting for a worker"}`,
						);
					}
				}
				for (const line of await describeWork(client, store.id)) console.log(`  ${line}`);
			}
		} finally {
			await close();
		}
	});

/** A line for each index of the store that is being built and each comparison under way. */
async function describeWork(client: OpenAI, storeId: string): Promise<string[]> {
	const path = `/vector_stores/${storeId}`;
	const indexes = await client.get<{ data: Index[] }>(`${path}/indexes?limit=100`);
	const comparisons = await client.get<{ data: Comparison[] }>(`${path}/comparisons?limit=100`);
	return [
		...indexes.data.filter(isBeingBuilt).map((index) => `index ${index.id}: ${describeBuild(index)}${shareOf(index)}`),
		...comparisons.data.filter(isUnderWay).map((one) => `comparison ${one.id}: ${describeComparison(one)}`),
	];
}

function shareOf({ progress }: Index): string {
	return progress?.of ? ` ${Math.floor((100 * progress.done) / progress.of)} %` : "";
}
