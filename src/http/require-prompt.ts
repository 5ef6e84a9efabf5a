import type { Handle } from "../db/handle.ts";
import { type ExcerptError, notFound } from "../errors.ts";
import { getPromptVersion, type PromptVersionRow } from "../store/prompt-versions.ts";
import { getPrompt, type PromptRow } from "../store/prompts.ts";

/** The prompt, or 404. */
export async function requirePrompt(
	db: Handle,
	projectId: string,
	id: string,
	param = "prompt_id",
): Promise<PromptRow> {
	const prompt = await getPrompt(db, projectId, id);
	if (!prompt) throw noPrompt(id, param);
	return prompt;
}

/** A version, or the default one where none is named; 404 that says which of the two there is not. */
export async function requirePromptVersion(
	db: Handle,
	projectId: string,
	id: string,
	version: string | null,
	params: { id: string; version: string },
): Promise<PromptVersionRow> {
	const number = version === null ? null : versionNumber(version);
	const found = number === undefined ? undefined : await getPromptVersion(db, projectId, id, number);
	if (found) return found;
	await requirePrompt(db, projectId, id, params.id);
	throw notFound(`Prompt '${id}' has no version '${version}'.`, params.version);
}

/** undefined: no version is called so. */
export function versionNumber(version: string): number | undefined {
	return /^[1-9]\d{0,8}$/.test(version) ? Number(version) : undefined;
}

export function noPrompt(id: string, param = "prompt_id"): ExcerptError {
	return notFound(`Prompt with id '${id}' not found.`, param);
}
