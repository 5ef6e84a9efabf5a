import type { Handle } from "../db/handle.ts";
import type { Metadata } from "../types.ts";
import { type Page, type PageRequest, pageOf, pageSql } from "./page.ts";

export type PromptRow = {
	id: string;
	seq: number;
	name: string;
	metadata: Metadata;
	default_version: number;
	latest_version: number;
	created_at: Date;
};

const COLUMNS = "id, seq, name, metadata, default_version, latest_version, created_at";

/** Its first version is for the caller to insert, in the same transaction. */
export async function insertPrompt(
	tx: Handle,
	prompt: { id: string; project_id: string; name: string; metadata: Metadata },
): Promise<PromptRow> {
	const { rows } = await tx.query<PromptRow>(
		`INSERT INTO prompts (id, project_id, name, metadata) VALUES ($1, $2, $3, $4::jsonb) RETURNING ${COLUMNS}`,
		[prompt.id, prompt.project_id, prompt.name, JSON.stringify(prompt.metadata)],
	);
	return rows[0] as PromptRow;
}

export async function getPrompt(db: Handle, projectId: string, id: string): Promise<PromptRow | undefined> {
	const { rows } = await db.query<PromptRow>(`SELECT ${COLUMNS} FROM prompts WHERE project_id = $1 AND id = $2`, [
		projectId,
		id,
	]);
	return rows[0];
}

export async function listPrompts(db: Handle, projectId: string, page: PageRequest): Promise<Page<PromptRow>> {
	const values: unknown[] = [projectId];
	const { rows } = await db.query<PromptRow>(
		`SELECT ${COLUMNS} FROM prompts WHERE project_id = $1 ${pageSql("seq", page, values)}`,
		values,
	);
	return pageOf(rows, page);
}

/** What is undefined stays as it is. */
export type PromptChanges = { name?: string; metadata?: Metadata; default_version?: number };

/** Undefined where there is no such prompt. */
export async function updatePrompt(
	db: Handle,
	projectId: string,
	id: string,
	changes: PromptChanges,
): Promise<PromptRow | undefined> {
	const { rows } = await db.query<PromptRow>(
		`UPDATE prompts SET
			name = coalesce($3, name),
			metadata = coalesce($4::jsonb, metadata),
			default_version = coalesce($5::int, default_version)
		 WHERE project_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
		[
			projectId,
			id,
			changes.name ?? null,
			changes.metadata ? JSON.stringify(changes.metadata) : null,
			changes.default_version ?? null,
		],
	);
	return rows[0];
}

/** Gives out the next version's number; two at once get two. Undefined where there is no such prompt. */
export async function countUpVersion(tx: Handle, projectId: string, id: string): Promise<number | undefined> {
	const { rows } = await tx.query<{ version: number }>(
		`UPDATE prompts SET latest_version = latest_version + 1 WHERE project_id = $1 AND id = $2
		 RETURNING latest_version AS version`,
		[projectId, id],
	);
	return rows[0]?.version;
}

/** Removes it with all its versions. True where there was one. */
export async function deletePrompt(db: Handle, projectId: string, id: string): Promise<boolean> {
	const { rowCount } = await db.query("DELETE FROM prompts WHERE project_id = $1 AND id = $2", [projectId, id]);
	return rowCount === 1;
}
