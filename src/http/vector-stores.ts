import { createRoute, z } from "@hono/zod-openapi";
import { chunkingStrategySchema } from "../chunking-strategy.ts";
import { attachToStore } from "../operations/attach-files.ts";
import { createVectorStore } from "../operations/create-vector-store.ts";
import { settleStore } from "../operations/settle-store.ts";
import { deleteVectorStore, getVectorStore, listVectorStores, updateVectorStore } from "../store/vector-stores.ts";
import { listBody } from "../wire/list.ts";
import { vectorStoreBody } from "../wire/vector-store.ts";
import type { HttpDeps } from "./env.ts";
import {
	answers,
	body,
	bodyMayBeEmpty,
	createResource,
	idParam,
	metadataSchema,
	pageQuery,
	readPage,
} from "./resource.ts";
import { checkStrategy } from "./servable-strategy.ts";
import { readStore, requireStore } from "./usable-store.ts";

const expiresAfter = z.object({ anchor: z.literal("last_active_at"), days: z.int().min(1).max(365) });

const createBody = z
	.object({
		name: z.string().max(256).nullish(),
		description: z.string().max(512).nullish(),
		file_ids: z.array(z.string()).max(500).optional(),
		chunking_strategy: chunkingStrategySchema.optional(),
		expires_after: expiresAfter.nullish(),
		metadata: metadataSchema.nullish(),
	})
	.default({});

const updateBody = z.object({
	name: z.string().max(256).nullish(),
	expires_after: expiresAfter.nullish(),
	metadata: metadataSchema.nullish(),
});

const params = z.object({ vector_store_id: idParam("vector_store_id") });

export function vectorStores({ db, queue, embedder }: HttpDeps) {
	const app = createResource();
	app.use("/", bodyMayBeEmpty);

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Create a vector store",
			request: { body: { ...body(createBody), required: false } },
			responses: answers("The vector store"),
		}),
		async (c) => {
			const given = createBody.parse(c.req.valid("json"));
			checkStrategy(given.chunking_strategy, embedder);
			const projectId = c.get("projectId");
			const created = await db.transaction(async (tx) => {
				const id = await createVectorStore(tx, {
					project_id: projectId,
					name: given.name ?? "",
					description: given.description ?? null,
					metadata: given.metadata ?? {},
					expires_after_days: given.expires_after?.days ?? null,
					chunking_strategy: given.chunking_strategy ?? { type: "auto" },
					embedding_model: embedder?.model ?? null,
				});
				const attached = (given.file_ids ?? []).map((file_id) => ({ file_id }));
				if (attached.length > 0) await attachToStore(tx, queue, projectId, id, attached);
				// Before a worker may take its files.
				return readStore(tx, projectId, id);
			});
			return c.json(vectorStoreBody(created), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "List vector stores",
			request: { query: pageQuery() },
			responses: answers("The list"),
		}),
		async (c) => {
			const projectId = c.get("projectId");
			const page = await readPage(
				c.req.valid("query"),
				(id) => getVectorStore(db, projectId, id),
				(request) => listVectorStores(db, projectId, request),
			);
			return c.json(listBody(page.rows.map(vectorStoreBody), page.hasMore), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{vector_store_id}",
			summary: "Retrieve a vector store",
			request: { params },
			responses: answers("The vector store"),
		}),
		async (c) =>
			c.json(vectorStoreBody(await readStore(db, c.get("projectId"), c.req.valid("param").vector_store_id)), 200),
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{vector_store_id}",
			summary: "Modify a vector store",
			request: { params, body: body(updateBody) },
			responses: answers("The vector store"),
		}),
		async (c) => {
			const { vector_store_id: id } = c.req.valid("param");
			const { name, expires_after, metadata } = c.req.valid("json");
			await requireStore(db, c.get("projectId"), id);
			// null empties a field, leaving it out keeps it.
			await updateVectorStore(db, c.get("projectId"), id, {
				name: name === null ? "" : name,
				metadata: metadata === null ? {} : metadata,
				expires_after_days: expires_after === undefined ? undefined : (expires_after?.days ?? null),
			});
			return c.json(vectorStoreBody(await readStore(db, c.get("projectId"), id)), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{vector_store_id}",
			summary: "Delete a vector store; its files stay",
			request: { params },
			responses: answers("Deleted"),
		}),
		async (c) => {
			const { vector_store_id: id } = c.req.valid("param");
			await db.transaction(async (tx) => {
				await requireStore(tx, c.get("projectId"), id);
				await settleStore(tx, queue, id);
				await deleteVectorStore(tx, c.get("projectId"), id);
			});
			return c.json({ id, object: "vector_store.deleted", deleted: true }, 200);
		},
	);

	return app;
}
