import type { PromptVersionRow } from "../store/prompt-versions.ts";
import type { PromptRow } from "../store/prompts.ts";
import { type PromptTemplate, variablesOf } from "./prompt-template.ts";
import { unixSeconds } from "./timestamps.ts";

/** Ours: OpenAI's API has no resource for what `prompt` on a response names. Versions are strings, as `prompt.version` is. */
export function promptBody(row: PromptRow) {
	return {
		id: row.id,
		object: "prompt",
		created_at: unixSeconds(row.created_at),
		name: row.name,
		default_version: String(row.default_version),
		latest_version: String(row.latest_version),
		metadata: row.metadata,
	};
}

export function promptVersionBody(row: PromptVersionRow) {
	return {
		object: "prompt.version",
		prompt_id: row.prompt_id,
		version: String(row.version),
		created_at: unixSeconds(row.created_at),
		variables: variablesOf(row.template as PromptTemplate),
		...row.template,
	};
}
