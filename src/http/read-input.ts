import type { Handle } from "../db/handle.ts";
import { notFound } from "../errors.ts";
import { findFiles } from "../store/files.ts";
import type { StoredItem } from "../store/responses.ts";
import { findStoredItems } from "../store/stored-items.ts";
import { filesOf } from "../wire/given-files.ts";
import { referencedIds, storedInput } from "../wire/input-items.ts";
import type { InputItem } from "../wire/response-request.ts";

/**
 * An input as items with ids, as they are stored; references are resolved, and files named. Throws 404 for what is referred
 * to and not there.
 */
export async function readInput(
	db: Handle,
	projectId: string,
	input: string | InputItem[],
	param = "input",
): Promise<StoredItem[]> {
	const items = await resolveReferences(db, projectId, input, param);
	return nameFiles(db, projectId, items, param);
}

async function resolveReferences(
	db: Handle,
	projectId: string,
	input: string | InputItem[],
	param: string,
): Promise<StoredItem[]> {
	const ids = referencedIds(input);
	if (ids.length === 0) return storedInput(input);
	const found = new Map((await findStoredItems(db, projectId, ids)).map((item) => [item.id, item]));
	const missing = ids.find((id) => !found.has(id));
	if (missing !== undefined) {
		throw notFound(
			`Item with id '${missing}' not found. Items are not kept when 'store' is false; send the item itself instead.`,
			param,
		);
	}
	return storedInput(input, found);
}

/** Files are stored with the names that they were uploaded under, whatever a client calls them. */
async function nameFiles(db: Handle, projectId: string, items: StoredItem[], param: string): Promise<StoredItem[]> {
	const ids = [...new Set(items.flatMap(filesOf))];
	if (ids.length === 0) return items;
	const names = new Map((await findFiles(db, projectId, ids)).map(({ id, filename }) => [id, filename]));
	const missing = ids.find((id) => !names.has(id));
	if (missing !== undefined) throw notFound(`No such File object: ${missing}`, param);
	return items.map((item) => {
		if (filesOf(item).length === 0) return item;
		const parts = item.content as { type: string; file_id?: string }[];
		const named = parts.map((part) => (part.file_id ? { ...part, filename: names.get(part.file_id) } : part));
		return { ...item, content: named };
	});
}
