import { createRoute, z } from "@hono/zod-openapi";
import { ExcerptError } from "../errors.ts";
import type { HttpDeps } from "./env.ts";
import { answers, createResource } from "./resource.ts";

export function models({ chat }: HttpDeps) {
	const app = createResource();

	app.openapi(
		createRoute({ method: "get", path: "/", summary: "List the models that answer", responses: answers("The list") }),
		async (c) => c.json({ object: "list", data: (await chat.list()).map(modelBody) }, 200),
	);

	// Names may hold slashes, which clients encode; Hono decodes them into the parameter.
	app.openapi(
		createRoute({
			method: "get",
			path: "/{model}",
			summary: "Retrieve a model",
			request: { params: z.object({ model: z.string() }) },
			responses: answers("The model"),
		}),
		async (c) => {
			const { model } = c.req.valid("param");
			if (!(await chat.list()).includes(model)) {
				throw new ExcerptError(
					"model_not_found",
					`The model '${model}' does not exist. GET /v1/models lists those that do.`,
					{ param: "model" },
				);
			}
			return c.json(modelBody(model), 200);
		},
	);

	return app;
}

function modelBody(id: string) {
	return { id, object: "model" as const, created: 0, owned_by: "excerpt" };
}
