import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { chunkingStrategySchema } from "../chunking-strategy.ts";
import { ExcerptError, notFound } from "../errors.ts";
import { attachToStore } from "../operations/attach-files.ts";
import { settleStore } from "../operations/settle-store.ts";
import { getDocumentOfFile, getDocumentPart } from "../store/documents.ts";
import { getActiveIndex } from "../store/indexes.ts";
import {
	detachFile,
	getVectorStoreFile,
	listVectorStoreFiles,
	setFileAttributes,
	type VectorStoreFileRow,
} from "../store/vector-store-files.ts";
import { listBody } from "../wire/list.ts";
import { vectorStoreFileBody } from "../wire/vector-store-file.ts";
import type { Env, HttpDeps } from "./env.ts";
import { answers, attributesSchema, body, createResource, idParam, pageQuery, readPage } from "./resource.ts";
import { checkStrategy } from "./servable-strategy.ts";
import { requireStore, requireUsableStore } from "./usable-store.ts";

export const fileStatus = z.enum(["in_progress", "completed", "failed", "cancelled"]);

const storeParams = z.object({ vector_store_id: idParam("vector_store_id") });
const params = storeParams.extend({ file_id: idParam("file_id") });
const attachBody = z.object({
	file_id: z.string(),
	attributes: attributesSchema.nullish(),
	chunking_strategy: chunkingStrategySchema.optional(),
});
const updateBody = z.object({ attributes: attributesSchema.nullable() });

/** Parts of text in one page of a file's content; some 8 MB. */
const CONTENT_PARTS = 100;
/** 8 TB of text; far below where a part's number would overflow. */
const MAX_CONTENT_PAGE = 1_000_000;

export function vectorStoreFiles({ db, queue, embedder }: HttpDeps) {
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Attach a file, or attach it again with other settings",
			request: { params: storeParams, body: body(attachBody) },
			responses: answers("The file, being ingested"),
		}),
		async (c) => {
			const { vector_store_id: storeId } = c.req.valid("param");
			const given = c.req.valid("json");
			checkStrategy(given.chunking_strategy, embedder);
			await requireUsableStore(db, c.get("projectId"), storeId);
			const [row] = await db.transaction((tx) => attachToStore(tx, queue, c.get("projectId"), storeId, [given]));
			return c.json(await fileBodyOf(row as VectorStoreFileRow), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "List a vector store's files",
			request: { params: storeParams, query: pageQuery().extend({ filter: fileStatus.optional() }) },
			responses: answers("The list"),
		}),
		async (c) => {
			const { vector_store_id: storeId } = c.req.valid("param");
			await requireStore(db, c.get("projectId"), storeId);
			const query = c.req.valid("query");
			const page = await readPage(
				query,
				(id) => getVectorStoreFile(db, storeId, id),
				(request) => listVectorStoreFiles(db, storeId, { status: query.filter ?? null, batchId: null }, request),
			);
			const strategy = await strategyOf(storeId);
			return c.json(
				listBody(
					page.rows.map((row) => vectorStoreFileBody(row, strategy)),
					page.hasMore,
				),
				200,
			);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{file_id}",
			summary: "Retrieve a vector store's file",
			request: { params },
			responses: answers("The file"),
		}),
		async (c) => {
			const { vector_store_id: storeId, file_id } = c.req.valid("param");
			const row = await requireStoreFile(c, storeId, file_id);
			c.header("openai-poll-after-ms", "300");
			return c.json(await fileBodyOf(row), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{file_id}",
			summary: "Replace a file's attributes",
			request: { params, body: body(updateBody) },
			responses: answers("The file"),
		}),
		async (c) => {
			const { vector_store_id: storeId, file_id } = c.req.valid("param");
			await requireStoreFile(c, storeId, file_id);
			const row = await setFileAttributes(db, storeId, file_id, c.req.valid("json").attributes ?? {});
			if (!row) throw noStoreFile(storeId, file_id);
			return c.json(await fileBodyOf(row), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{file_id}",
			summary: "Take a file out of a vector store; the file itself stays",
			request: { params },
			responses: answers("Deleted"),
		}),
		async (c) => {
			const { vector_store_id: storeId, file_id } = c.req.valid("param");
			await requireStore(db, c.get("projectId"), storeId);
			await db.transaction(async (tx) => {
				if (!(await detachFile(tx, storeId, file_id))) throw noStoreFile(storeId, file_id);
				await settleStore(tx, queue, storeId);
			});
			return c.json({ id: file_id, object: "vector_store.file.deleted", deleted: true }, 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{file_id}/content",
			summary: "The text that was read from a file",
			request: { params, query: z.object({ page: z.coerce.number().int().min(0).max(MAX_CONTENT_PAGE).default(0) }) },
			responses: answers("The text"),
		}),
		async (c) => {
			const { vector_store_id: storeId, file_id } = c.req.valid("param");
			await requireStoreFile(c, storeId, file_id);
			const document = await getDocumentOfFile(db, file_id);
			const first = c.req.valid("query").page * CONTENT_PARTS;
			const data: { type: "text"; text: string }[] = [];
			for (let ordinal = first; document && ordinal < first + CONTENT_PARTS; ordinal++) {
				const part = await getDocumentPart(db, document.id, ordinal);
				if (!part) break;
				data.push({ type: "text", text: part.text });
			}
			const more = data.length === CONTENT_PARTS;
			return c.json(
				{
					object: "vector_store.file_content.page",
					data,
					has_more: more,
					next_page: more ? String(c.req.valid("query").page + 1) : null,
				},
				200,
			);
		},
	);

	async function requireStoreFile(c: Context<Env>, storeId: string, fileId: string): Promise<VectorStoreFileRow> {
		await requireStore(db, c.get("projectId"), storeId);
		const row = await getVectorStoreFile(db, storeId, fileId);
		if (!row) throw noStoreFile(storeId, fileId);
		return row;
	}

	async function strategyOf(storeId: string) {
		const index = await getActiveIndex(db, storeId);
		if (!index) throw new ExcerptError("server_error", `The vector store '${storeId}' has no index.`);
		return index.chunking_strategy;
	}

	async function fileBodyOf(row: VectorStoreFileRow) {
		return vectorStoreFileBody(row, await strategyOf(row.vector_store_id));
	}

	return app;
}

function noStoreFile(storeId: string, fileId: string) {
	return notFound(`No file found with id '${fileId}' in vector store '${storeId}'.`, "file_id");
}
