import { createRoute, z } from "@hono/zod-openapi";
import { chunkingStrategySchema } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";
import { ExcerptError, notFound } from "../errors.ts";
import { newId } from "../ids.ts";
import { attachToStore, type FileToAttach } from "../operations/attach-files.ts";
import { cancelFileBatch, type FileBatchRow, getFileBatch, insertFileBatch } from "../store/file-batches.ts";
import { getActiveIndex } from "../store/indexes.ts";
import { getVectorStoreFile, listVectorStoreFiles } from "../store/vector-store-files.ts";
import { fileBatchBody } from "../wire/file-batch.ts";
import { listBody } from "../wire/list.ts";
import { vectorStoreFileBody } from "../wire/vector-store-file.ts";
import type { HttpDeps } from "./env.ts";
import { answers, attributesSchema, body, createResource, idParam, pageQuery, readPage } from "./resource.ts";
import { checkStrategy } from "./servable-strategy.ts";
import { requireStore, requireUsableStore } from "./usable-store.ts";
import { fileStatus } from "./vector-store-files.ts";

const MAX_FILES = 2000;

const storeParams = z.object({ vector_store_id: idParam("vector_store_id") });
const params = storeParams.extend({ batch_id: idParam("batch_id") });
const createBody = z.object({
	file_ids: z.array(z.string()).min(1).max(MAX_FILES).optional(),
	files: z
		.array(
			z.object({
				file_id: z.string(),
				attributes: attributesSchema.nullish(),
				chunking_strategy: chunkingStrategySchema.optional(),
			}),
		)
		.min(1)
		.max(MAX_FILES)
		.optional(),
	attributes: attributesSchema.nullish(),
	chunking_strategy: chunkingStrategySchema.optional(),
});

export function fileBatches({ db, queue, embedder }: HttpDeps) {
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Attach many files at once",
			request: { params: storeParams, body: body(createBody) },
			responses: answers("The batch"),
		}),
		async (c) => {
			const { vector_store_id: storeId } = c.req.valid("param");
			const given = c.req.valid("json");
			const files = filesOf(given);
			if (!given.files) checkStrategy(given.chunking_strategy, embedder);
			for (const [place, file] of (given.files ?? []).entries()) {
				checkStrategy(file.chunking_strategy, embedder, `files[${place}].chunking_strategy`);
			}
			const projectId = c.get("projectId");
			await requireUsableStore(db, projectId, storeId);
			const id = newId("batch");
			const created = await db.transaction(async (tx) => {
				const rows = await attachToStore(tx, queue, projectId, storeId, files);
				await insertFileBatch(tx, {
					id,
					project_id: projectId,
					vector_store_id: storeId,
					file_ids: rows.map((row) => row.file_id),
				});
				// Before a worker may take its files.
				return requireBatch(tx, storeId, id);
			});
			return c.json(fileBatchBody(created), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{batch_id}",
			summary: "Retrieve a batch",
			request: { params },
			responses: answers("The batch"),
		}),
		async (c) => {
			const { vector_store_id: storeId, batch_id } = c.req.valid("param");
			await requireStore(db, c.get("projectId"), storeId);
			c.header("openai-poll-after-ms", "300");
			return c.json(fileBatchBody(await requireBatch(db, storeId, batch_id)), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{batch_id}/cancel",
			summary: "Stop what a batch has not ingested yet",
			request: { params },
			responses: answers("The batch"),
		}),
		async (c) => {
			const { vector_store_id: storeId, batch_id } = c.req.valid("param");
			await requireStore(db, c.get("projectId"), storeId);
			await requireBatch(db, storeId, batch_id);
			await db.transaction((tx) => cancelFileBatch(tx, storeId, batch_id));
			return c.json(fileBatchBody(await requireBatch(db, storeId, batch_id)), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{batch_id}/files",
			summary: "List a batch's files",
			request: { params, query: pageQuery().extend({ filter: fileStatus.optional() }) },
			responses: answers("The list"),
		}),
		async (c) => {
			const { vector_store_id: storeId, batch_id } = c.req.valid("param");
			await requireStore(db, c.get("projectId"), storeId);
			await requireBatch(db, storeId, batch_id);
			const query = c.req.valid("query");
			const page = await readPage(
				query,
				(id) => getVectorStoreFile(db, storeId, id),
				(request) => listVectorStoreFiles(db, storeId, { status: query.filter ?? null, batchId: batch_id }, request),
			);
			const strategy = (await getActiveIndex(db, storeId))?.chunking_strategy ?? { type: "auto" };
			return c.json(
				listBody(
					page.rows.map((row) => vectorStoreFileBody(row, strategy)),
					page.hasMore,
				),
				200,
			);
		},
	);

	async function requireBatch(handle: Handle, storeId: string, id: string): Promise<FileBatchRow> {
		const batch = await getFileBatch(handle, storeId, id);
		if (!batch) throw notFound(`No file batch found with id '${id}' in vector store '${storeId}'.`, "batch_id");
		return batch;
	}

	return app;
}

/** Exactly one of the two forms; `files` carry their own settings, and the batch's are then ignored. */
function filesOf(given: z.output<typeof createBody>): FileToAttach[] {
	if ((given.file_ids === undefined) === (given.files === undefined)) {
		throw new ExcerptError("invalid_value", "Give exactly one of 'file_ids' and 'files'.", { param: "file_ids" });
	}
	const { attributes, chunking_strategy } = given;
	return given.files ?? (given.file_ids ?? []).map((file_id) => ({ file_id, attributes, chunking_strategy }));
}
