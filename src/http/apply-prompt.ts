import type { Handle } from "../db/handle.ts";
import { applyTemplate, type PromptTemplate } from "../wire/prompt-template.ts";
import type { ResponseRequest } from "../wire/response-request.ts";
import { requirePromptVersion } from "./require-prompt.ts";

/** The request with what its prompt says, if it names one. Throws 404 for an unknown one, 400 for a missing variable. */
export async function applyPrompt(db: Handle, projectId: string, request: ResponseRequest): Promise<ResponseRequest> {
	const { prompt } = request;
	if (!prompt) return request;
	const params = { id: "prompt.id", version: "prompt.version" };
	const row = await requirePromptVersion(db, projectId, prompt.id, prompt.version ?? null, params);
	return applyTemplate(request, row.template as PromptTemplate, String(row.version));
}
