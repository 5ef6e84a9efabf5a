import type { Handle } from "../db/handle.ts";
import { type Page, type PageRequest, pageOf, pageSql } from "./page.ts";

/** `template`: what src/wire/prompt-template.ts takes. */
export type PromptVersionRow = {
	prompt_id: string;
	version: number;
	template: Record<string, unknown>;
	created_at: Date;
};

const COLUMNS = "v.prompt_id, v.version, v.template, v.created_at";

export async function insertPromptVersion(
	tx: Handle,
	projectId: string,
	version: Pick<PromptVersionRow, "prompt_id" | "version" | "template">,
): Promise<PromptVersionRow> {
	const { rows } = await tx.query<PromptVersionRow>(
		`INSERT INTO prompt_versions AS v (prompt_id, project_id, version, template)
		 VALUES ($1, $2, $3, $4::jsonb) RETURNING ${COLUMNS}`,
		[version.prompt_id, projectId, version.version, JSON.stringify(version.template)],
	);
	return rows[0] as PromptVersionRow;
}

/** `version` null: the default one. */
export async function getPromptVersion(
	db: Handle,
	projectId: string,
	promptId: string,
	version: number | null,
): Promise<PromptVersionRow | undefined> {
	const { rows } = await db.query<PromptVersionRow>(
		`SELECT ${COLUMNS} FROM prompts p
		 JOIN prompt_versions v ON v.prompt_id = p.id AND v.version = coalesce($3::int, p.default_version)
		 WHERE p.project_id = $1 AND p.id = $2`,
		[projectId, promptId, version],
	);
	return rows[0];
}

export async function listPromptVersions(
	db: Handle,
	projectId: string,
	promptId: string,
	page: PageRequest,
): Promise<Page<PromptVersionRow>> {
	const values: unknown[] = [projectId, promptId];
	const { rows } = await db.query<PromptVersionRow>(
		`SELECT ${COLUMNS} FROM prompt_versions v
		 WHERE v.project_id = $1 AND v.prompt_id = $2 ${pageSql("v.version", page, values)}`,
		values,
	);
	return pageOf(rows, page);
}
