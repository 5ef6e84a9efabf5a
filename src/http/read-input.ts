import type { Handle } from "../db/handle.ts";
import { notFound } from "../errors.ts";
import type { StoredItem } from "../store/responses.ts";
import { findStoredItems } from "../store/stored-items.ts";
import { referencedIds, storedInput } from "../wire/input-items.ts";
import type { InputItem } from "../wire/response-request.ts";

/** An input as items with ids, as they are stored; references are resolved. Throws 404 for one to an unknown item. */
export async function readInput(
	db: Handle,
	projectId: string,
	input: string | InputItem[],
	param = "input",
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
