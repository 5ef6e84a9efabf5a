import { createRoute, z } from "@hono/zod-openapi";
import { chunkingStrategySchema } from "../chunking-strategy.ts";
import { csvOptionsSchema } from "../csv-options.ts";
import { notFound } from "../errors.ts";
import { getFile } from "../store/files.ts";
import { chunkPreviewBody } from "../wire/chunk-preview.ts";
import type { HttpDeps } from "./env.ts";
import { answers, body, createResource, idParam } from "./resource.ts";
import { checkStrategy } from "./servable-strategy.ts";

const previewBody = z.object({
	chunking_strategy: chunkingStrategySchema.default({ type: "auto" }),
	csv: csvOptionsSchema.optional(),
	limit: z.int().min(1).max(1000).default(100),
});

export function chunkPreview({ db, embedder, previewChunks }: HttpDeps) {
	const app = createResource();
	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Show the chunks that settings would make of a file; stores nothing",
			request: { params: z.object({ file_id: idParam("file_id") }), body: body(previewBody) },
			responses: answers("The first chunks, and statistics over all"),
		}),
		async (c) => {
			const { file_id: id } = c.req.valid("param");
			const { chunking_strategy, ...settings } = c.req.valid("json");
			checkStrategy(chunking_strategy, embedder);
			const file = await getFile(db, c.get("projectId"), id);
			if (!file) throw notFound(`No such File object: ${id}`, "id");
			const preview = await previewChunks(file, { ...settings, strategy: chunking_strategy }, c.req.raw.signal);
			return c.json(chunkPreviewBody(preview), 200);
		},
	);
	return app;
}
