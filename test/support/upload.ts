import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type OpenAI from "openai";
import { toFile } from "openai";
import type { VectorStoreFile } from "openai/resources/vector-stores/files";

/** A path under fixtures/. */
export function fixture(path: string): string {
	return new URL(`../../fixtures/${path}`, import.meta.url).pathname;
}

/** Uploads a text under a name; returns the file's id. */
export async function uploadText(client: OpenAI, filename: string, text: string | Buffer): Promise<string> {
	const file = await client.files.create({ file: await toFile(Buffer.from(text), filename), purpose: "assistants" });
	return file.id;
}

/** Uploads the texts into a new store and waits until all have ended, well or not. */
export async function createStore(
	client: OpenAI,
	files: Record<string, string | Buffer>,
	options: Partial<OpenAI.VectorStores.VectorStoreCreateParams> = {},
): Promise<{ id: string; fileIds: Record<string, string> }> {
	const store = await client.vectorStores.create(options);
	const fileIds: Record<string, string> = {};
	for (const [filename, text] of Object.entries(files)) {
		fileIds[filename] = await uploadText(client, filename, text);
		await client.vectorStores.files.create(store.id, { file_id: fileIds[filename] });
	}
	for (const id of Object.values(fileIds)) await untilEnded(client, store.id, id);
	return { id: store.id, fileIds };
}

/** A store with files of fixtures/demo. */
export function createDemoStore(client: OpenAI, filenames: string[]) {
	return createStore(
		client,
		Object.fromEntries(filenames.map((name) => [basename(name), readFileSync(fixture(`demo/${name}`))])),
	);
}

/** Polls until the file is no longer in progress. */
export async function untilEnded(client: OpenAI, storeId: string, fileId: string): Promise<VectorStoreFile> {
	return client.vectorStores.files.poll(storeId, fileId, { pollIntervalMs: 50 });
}
