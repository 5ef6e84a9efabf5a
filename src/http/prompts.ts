import { createRoute, z } from "@hono/zod-openapi";
import { newId } from "../ids.ts";
import { insertPromptVersion } from "../store/prompt-versions.ts";
import { deletePrompt, getPrompt, insertPrompt, listPrompts, updatePrompt } from "../store/prompts.ts";
import { listBody } from "../wire/list.ts";
import { promptBody } from "../wire/prompt.ts";
import { promptTemplate } from "../wire/prompt-template.ts";
import type { HttpDeps } from "./env.ts";
import { noPrompt, requirePrompt, requirePromptVersion } from "./require-prompt.ts";
import { answers, body, createResource, idParam, metadataSchema, pageQuery, readPage } from "./resource.ts";

const name = z.string().max(256);
const createBody = promptTemplate.extend({ name: name.nullish(), metadata: metadataSchema.nullish() });
const updateBody = z.object({
	name: name.nullish(),
	metadata: metadataSchema.nullish(),
	default_version: z.string().optional(),
});
const params = z.object({ prompt_id: idParam("prompt_id") });

export function prompts({ db }: HttpDeps) {
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Create a prompt with its first version",
			request: { body: body(createBody) },
			responses: answers("The prompt"),
		}),
		async (c) => {
			const { name, metadata, ...template } = c.req.valid("json");
			const projectId = c.get("projectId");
			const prompt = { id: newId("prompt"), project_id: projectId, name: name ?? "", metadata: metadata ?? {} };
			const row = await db.transaction(async (tx) => {
				const row = await insertPrompt(tx, prompt);
				await insertPromptVersion(tx, projectId, { prompt_id: row.id, version: 1, template });
				return row;
			});
			return c.json(promptBody(row), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "List prompts",
			request: { query: pageQuery() },
			responses: answers("The list"),
		}),
		async (c) => {
			const projectId = c.get("projectId");
			const page = await readPage(
				c.req.valid("query"),
				(id) => getPrompt(db, projectId, id),
				(request) => listPrompts(db, projectId, request),
			);
			return c.json(listBody(page.rows.map(promptBody), page.hasMore), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{prompt_id}",
			summary: "Retrieve a prompt",
			request: { params },
			responses: answers("The prompt"),
		}),
		async (c) => c.json(promptBody(await requirePrompt(db, c.get("projectId"), c.req.valid("param").prompt_id)), 200),
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{prompt_id}",
			summary: "Modify a prompt: its name, its metadata, which version is the default",
			request: { params, body: body(updateBody) },
			responses: answers("The prompt"),
		}),
		async (c) => {
			const { prompt_id: id } = c.req.valid("param");
			const { name, metadata, default_version } = c.req.valid("json");
			const projectId = c.get("projectId");
			// Versions are never taken away, so that the one found here is there below, unless the whole prompt is not.
			const version =
				default_version === undefined
					? undefined
					: await requirePromptVersion(db, projectId, id, default_version, {
							id: "prompt_id",
							version: "default_version",
						});
			const row = await updatePrompt(db, projectId, id, {
				name: name === null ? "" : name,
				metadata: metadata === null ? {} : metadata,
				default_version: version?.version,
			});
			if (!row) throw noPrompt(id);
			return c.json(promptBody(row), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{prompt_id}",
			summary: "Delete a prompt and all its versions",
			request: { params },
			responses: answers("Deleted"),
		}),
		async (c) => {
			const { prompt_id: id } = c.req.valid("param");
			if (!(await deletePrompt(db, c.get("projectId"), id))) throw noPrompt(id);
			return c.json({ id, object: "prompt.deleted", deleted: true }, 200);
		},
	);

	return app;
}
