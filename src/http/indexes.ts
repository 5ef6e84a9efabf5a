import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { chunkingStrategySchema } from "../chunking-strategy.ts";
import type { Handle } from "../db/handle.ts";
import { ExcerptError, notFound } from "../errors.ts";
import { activateIndex } from "../operations/activate-index.ts";
import { queueBuild } from "../operations/queue-build.ts";
import { removeUnusedIndex } from "../operations/remove-index.ts";
import { type BuildRow, cancelBuild, getBuild, listBuilds } from "../store/index-builds.ts";
import { getActiveIndex, type IndexRow } from "../store/indexes.ts";
import { listBody } from "../wire/list.ts";
import { vectorStoreIndexBody } from "../wire/vector-store-index.ts";
import type { Env, HttpDeps } from "./env.ts";
import { answers, body, bodyMayBeEmpty, createResource, idParam, pageQuery, readPage } from "./resource.ts";
import { checkEmbedding } from "./servable-embedding.ts";
import { checkStrategy } from "./servable-strategy.ts";
import { requireStore, requireUsableStore } from "./usable-store.ts";

const storeParams = z.object({ vector_store_id: idParam("vector_store_id") });
const params = storeParams.extend({ index_id: idParam("index_id") });

/** What is left out is as in the active index. */
const buildBody = z
	.object({
		chunking_strategy: chunkingStrategySchema.optional(),
		/** null: no vectors, words alone. */
		embedding_model: z.string().min(1).max(256).nullable().optional(),
		activate: z.enum(["when_complete", "manual"]).default("when_complete"),
		/** So many former indexes stay for going back to, once this one is active. */
		keep: z.int().min(0).max(10).default(1),
		dry_run: z.boolean().default(false),
	})
	.prefault({});

/** The indexes of a vector store: the one it answers from, one being built, former ones. */
export function indexes({ db, queue, embedder, estimateIndex }: HttpDeps) {
	const app = createResource();
	app.use("/", bodyMayBeEmpty);

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Build an index with other settings beside the active one, or estimate what that takes",
			request: { params: storeParams, body: { ...body(buildBody), required: false } },
			responses: answers("The index, being built; or the estimate"),
		}),
		async (c) => {
			const { vector_store_id: storeId } = c.req.valid("param");
			const { dry_run, activate, keep, ...given } = buildBody.parse(c.req.valid("json"));
			checkStrategy(given.chunking_strategy, embedder);
			checkEmbedding(given.embedding_model, embedder);
			await requireUsableStore(db, c.get("projectId"), storeId);
			const active = (await getActiveIndex(db, storeId)) as IndexRow;
			const settings = {
				chunking_strategy: given.chunking_strategy ?? active.chunking_strategy,
				embedding_model: given.embedding_model === undefined ? active.embedding_model : given.embedding_model,
			};
			if (dry_run) {
				const estimate = await estimateIndex(active, settings, c.req.raw.signal);
				return c.json({ object: "vector_store.index.estimate", ...estimate }, 200);
			}
			const { project_id } = active;
			const index = { ...settings, project_id, vector_store_id: storeId, activate, keep };
			// Read before a worker may take it: what is answered is what was asked for, not how far it is by then.
			const queued = await db.transaction(async (tx) => readIndex(tx, storeId, await queueBuild(tx, queue, index)));
			return c.json(vectorStoreIndexBody(queued), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "List a vector store's indexes",
			request: { params: storeParams, query: pageQuery() },
			responses: answers("The list"),
		}),
		async (c) => {
			const { vector_store_id: storeId } = c.req.valid("param");
			await requireStore(db, c.get("projectId"), storeId);
			const seqOf = async (id: string) => {
				const row = await getBuild(db, storeId, id);
				return row && { seq: row.id };
			};
			const page = await readPage(c.req.valid("query"), seqOf, (request) => listBuilds(db, storeId, request));
			return c.json(listBody(page.rows.map(vectorStoreIndexBody), page.hasMore), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{index_id}",
			summary: "Retrieve an index",
			request: { params },
			responses: answers("The index"),
		}),
		async (c) => {
			const index = await requireIndex(c, c.req.valid("param"));
			c.header("openai-poll-after-ms", "300");
			return c.json(vectorStoreIndexBody(index), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{index_id}/activate",
			summary: "Answer from this index; one that was active before too",
			request: { params },
			responses: answers("The index: active, or being brought up to date first"),
		}),
		async (c) => {
			const index = await requireOwnIndex(c, c.req.valid("param"));
			await requireUsableStore(db, c.get("projectId"), index.vector_store_id);
			checkEmbedding(index.embedding_model, embedder);
			const after = await db.transaction(async (tx) => {
				await activateIndex(tx, queue, index);
				return readIndex(tx, index.vector_store_id, index.public_id);
			});
			return c.json(vectorStoreIndexBody(after), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{index_id}/cancel",
			summary: "End the build of an index; the active one goes on serving",
			request: { params },
			responses: answers("The index"),
		}),
		async (c) => {
			const index = await requireOwnIndex(c, c.req.valid("param"));
			if (!(await cancelBuild(db, index.id))) {
				const { status } = await readIndex(db, index.vector_store_id, index.public_id);
				throw new ExcerptError("invalid_value", `The index '${index.public_id}' is ${status}, not being built.`, {
					param: "index_id",
				});
			}
			return c.json(vectorStoreIndexBody(await readIndex(db, index.vector_store_id, index.public_id)), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{index_id}",
			summary: "Remove an index that the vector store does not answer from",
			request: { params },
			responses: answers("Deleted"),
		}),
		async (c) => {
			const index = await requireOwnIndex(c, c.req.valid("param"));
			if (!(await db.transaction((tx) => removeUnusedIndex(tx, queue, index)))) {
				throw new ExcerptError(
					"invalid_value",
					`The vector store answers from the index '${index.public_id}'. Activate another first, or delete the store.`,
					{ param: "index_id" },
				);
			}
			return c.json({ id: index.public_id, object: "vector_store.index.deleted", deleted: true }, 200);
		},
	);

	async function requireIndex(
		c: Context<Env>,
		{ vector_store_id: storeId, index_id: id }: z.output<typeof params>,
	): Promise<BuildRow> {
		await requireStore(db, c.get("projectId"), storeId);
		return readIndex(db, storeId, id);
	}

	/** One that a comparison built is that comparison's to act on. */
	async function requireOwnIndex(c: Context<Env>, ids: z.output<typeof params>): Promise<BuildRow> {
		const index = await requireIndex(c, ids);
		if (index.comparison_id === null) return index;
		throw new ExcerptError(
			"invalid_value",
			`The index '${index.public_id}' belongs to the comparison '${index.comparison_id}'. Activate, cancel or delete that one.`,
			{ param: "index_id" },
		);
	}

	async function readIndex(handle: Handle, storeId: string, id: string): Promise<BuildRow> {
		const index = await getBuild(handle, storeId, id);
		if (!index) throw notFound(`No index found with id '${id}' in vector store '${storeId}'.`, "index_id");
		return index;
	}

	return app;
}
