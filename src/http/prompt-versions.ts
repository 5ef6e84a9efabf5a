import { createRoute, z } from "@hono/zod-openapi";
import { getPromptVersion, insertPromptVersion, listPromptVersions } from "../store/prompt-versions.ts";
import { countUpVersion, updatePrompt } from "../store/prompts.ts";
import { promptVersionBody } from "../wire/prompt.ts";
import { promptTemplate } from "../wire/prompt-template.ts";
import type { HttpDeps } from "./env.ts";
import { noPrompt, requirePrompt, requirePromptVersion, versionNumber } from "./require-prompt.ts";
import { answers, body, createResource, idParam, pageQuery, readPage } from "./resource.ts";

const createBody = promptTemplate.extend({ set_default: z.boolean().default(false) });
const params = z.object({ prompt_id: idParam("prompt_id") });
const versionParams = params.extend({ version: idParam("version") });

export function promptVersions({ db }: HttpDeps) {
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Add a version to a prompt",
			request: { params, body: body(createBody) },
			responses: answers("The version"),
		}),
		async (c) => {
			const { prompt_id: id } = c.req.valid("param");
			const { set_default, ...template } = c.req.valid("json");
			const projectId = c.get("projectId");
			const row = await db.transaction(async (tx) => {
				const version = await countUpVersion(tx, projectId, id);
				if (version === undefined) throw noPrompt(id);
				const row = await insertPromptVersion(tx, projectId, { prompt_id: id, version, template });
				if (set_default) await updatePrompt(tx, projectId, id, { default_version: version });
				return row;
			});
			return c.json(promptVersionBody(row), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "List a prompt's versions; a cursor is a version's number",
			request: { params, query: pageQuery() },
			responses: answers("The list"),
		}),
		async (c) => {
			const { prompt_id: id } = c.req.valid("param");
			const projectId = c.get("projectId");
			await requirePrompt(db, projectId, id);
			const page = await readPage(
				c.req.valid("query"),
				async (cursor) => {
					const number = versionNumber(cursor);
					const row = number === undefined ? undefined : await getPromptVersion(db, projectId, id, number);
					return row && { seq: row.version };
				},
				(request) => listPromptVersions(db, projectId, id, request),
			);
			const data = page.rows.map(promptVersionBody);
			const [first_id, last_id] = [data[0]?.version ?? null, data.at(-1)?.version ?? null];
			return c.json({ object: "list", data, first_id, last_id, has_more: page.hasMore }, 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{version}",
			summary: "Retrieve a version of a prompt",
			request: { params: versionParams },
			responses: answers("The version"),
		}),
		async (c) => {
			const { prompt_id: id, version } = c.req.valid("param");
			const names = { id: "prompt_id", version: "version" };
			return c.json(promptVersionBody(await requirePromptVersion(db, c.get("projectId"), id, version, names)), 200);
		},
	);

	return app;
}
