import type OpenAI from "openai";
import type { FileIds } from "./read-questions.ts";

/** What the files of a store are called: by their names, and by the paths that `ingest` noted. */
export async function findFileIds(client: OpenAI, storeId: string): Promise<FileIds> {
	const names = new Map<string, string>();
	for await (const { id, filename } of client.files.list()) names.set(id, filename);
	const found = new Map<string, Set<string>>();
	for await (const { id, attributes } of client.vectorStores.files.list(storeId, { limit: 100 })) {
		for (const name of [names.get(id), attributes?.path]) {
			if (typeof name === "string") found.set(name, (found.get(name) ?? new Set()).add(id));
		}
	}
	return new Map([...found].map(([name, ids]) => [name, [...ids]]));
}
