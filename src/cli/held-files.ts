import type OpenAI from "openai";
import { NotFoundError } from "openai";
import type { VectorStoreFile } from "openai/resources/vector-stores/files";
import type { LocalFile } from "./local-files.ts";

/** What a store holds of a local file: all that has its name and content, and of these the one that is as it shall be. */
export type Held = { ids: string[]; current?: { id: string; inProgress: boolean } };

/** The attributes by which a local file is known again. Each holds 512 characters; of a longer path the end says more. */
export function attributesOf({ path, sha256, csv }: LocalFile): Record<string, string> {
	return { path: path.slice(-512), sha256, ...(csv && { csv: JSON.stringify(csv) }) };
}

/** Looks through a store once; then says of each local file what is held of it. */
export async function findHeldFiles(client: OpenAI, storeId: string): Promise<(file: LocalFile) => Held> {
	const held = new Map<string, VectorStoreFile[]>();
	for await (const file of client.vectorStores.files.list(storeId, { limit: 100 })) {
		const key = keyOf(file.attributes);
		held.set(key, [...(held.get(key) ?? []), file]);
	}
	return (local) => {
		const wanted = attributesOf(local);
		const same = held.get(keyOf(wanted)) ?? [];
		const current = same.find(
			({ status, attributes }) =>
				(status === "completed" || status === "in_progress") && attributes?.csv === wanted.csv,
		);
		return {
			ids: same.map(({ id }) => id),
			...(current && { current: { id: current.id, inProgress: current.status === "in_progress" } }),
		};
	};
}

/** Takes a file that another has replaced out of the store, and deletes it where no other store has it. */
export async function removeReplaced(client: OpenAI, storeId: string, fileId: string): Promise<void> {
	try {
		await client.vectorStores.files.delete(fileId, { vector_store_id: storeId });
		for await (const { id } of client.vectorStores.list({ limit: 100 })) {
			if (await isIn(client, id, fileId)) return;
		}
		await client.files.delete(fileId);
	} catch (error) {
		// Somebody else was faster.
		if (!(error instanceof NotFoundError)) throw error;
	}
}

async function isIn(client: OpenAI, storeId: string, fileId: string): Promise<boolean> {
	try {
		await client.vectorStores.files.retrieve(fileId, { vector_store_id: storeId });
		return true;
	} catch (error) {
		if (error instanceof NotFoundError) return false;
		throw error;
	}
}

function keyOf(attributes: VectorStoreFile["attributes"]): string {
	return `${attributes?.path}\n${attributes?.sha256}`;
}
