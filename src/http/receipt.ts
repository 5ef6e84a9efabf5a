import { createRoute, z } from "@hono/zod-openapi";
import { notFound } from "../errors.ts";
import { getResponse } from "../store/responses.ts";
import type { HttpDeps } from "./env.ts";
import { answers, createResource, idParam } from "./resource.ts";

export function receipt({ db }: HttpDeps) {
	const app = createResource();
	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "Retrieve a response's receipt",
			request: { params: z.object({ response_id: idParam("response_id") }) },
			responses: answers("What the response considered, sent and dropped, in tokens and money"),
		}),
		async (c) => {
			const { response_id } = c.req.valid("param");
			const response = await getResponse(db, c.get("projectId"), response_id);
			if (!response) throw notFound(`Response with id '${response_id}' not found.`, "response_id");
			// A response that was not answered, or is not yet, has cost nothing that is known.
			if (!response.receipt) throw notFound(`Response with id '${response_id}' has no receipt.`, "response_id");
			return c.json({ object: "response.receipt", response_id, ...response.receipt }, 200);
		},
	);
	return app;
}
