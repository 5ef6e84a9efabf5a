import type { Handle } from "../db/handle.ts";
import type { StoredItem } from "./responses.ts";

/** The items of these ids wherever the project has them, in a response's input or output or in a conversation; each once. */
export async function findStoredItems(db: Handle, projectId: string, ids: string[]): Promise<StoredItem[]> {
	const { rows } = await db.query<{ item: StoredItem }>(
		`SELECT DISTINCT ON (item->>'id') item FROM (
			SELECT jsonb_array_elements(body->'output' || input) AS item FROM responses
			WHERE project_id = $1 AND ${ITEM_IDS} ?| $2::text[]
			UNION ALL
			SELECT body FROM conversation_items WHERE project_id = $1 AND id = ANY($2::text[])
		 ) found WHERE item->>'id' = ANY($2::text[])`,
		[projectId, ids],
	);
	return rows.map((row) => row.item);
}

/** As the index responses_items has it, or it is not used. */
const ITEM_IDS = `(jsonb_path_query_array(body, '$."output"[*]."id"') || jsonb_path_query_array(input, '$[*]."id"'))`;
