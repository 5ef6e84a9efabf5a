import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { ComparedSettings } from "../comparison.ts";
import type { Handle } from "../db/handle.ts";
import { ExcerptError, notFound } from "../errors.ts";
import { activateSettings } from "../operations/activate-settings.ts";
import { endComparison, removeComparison } from "../operations/end-comparison.ts";
import { queueComparison } from "../operations/queue-comparison.ts";
import { type ComparisonRow, getComparison, getResults, listComparisons } from "../store/comparisons.ts";
import { type BuildRow, getBuild } from "../store/index-builds.ts";
import { getActiveIndex, type IndexRow } from "../store/indexes.ts";
import { comparisonBody } from "../wire/comparison.ts";
import { comparisonRequest, completeSettings } from "../wire/comparison-request.ts";
import { listBody } from "../wire/list.ts";
import { vectorStoreIndexBody } from "../wire/vector-store-index.ts";
import type { Env, HttpDeps } from "./env.ts";
import { modelOfComparison } from "./model-of-comparison.ts";
import { answers, body, createResource, idParam, pageQuery, readPage } from "./resource.ts";
import { checkEmbedding } from "./servable-embedding.ts";
import { checkStrategy } from "./servable-strategy.ts";
import { requireStore, requireUsableStore } from "./usable-store.ts";

const storeParams = z.object({ vector_store_id: idParam("vector_store_id") });
const params = storeParams.extend({ comparison_id: idParam("comparison_id") });

const activateBody = z.object({ settings: z.string() });

/** Comparisons of settings on questions whose evidence is known. */
export function comparisons(deps: HttpDeps) {
	const { db, queue, embedder, config } = deps;
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Compare chunk settings on questions whose evidence is known",
			request: { params: storeParams, body: body(comparisonRequest) },
			responses: answers("The comparison, queued"),
		}),
		async (c) => {
			const { vector_store_id: storeId } = c.req.valid("param");
			const given = c.req.valid("json");
			const projectId = c.get("projectId");
			await requireUsableStore(db, projectId, storeId);
			const { chunking_strategy, embedding_model } = (await getActiveIndex(db, storeId)) as IndexRow;
			const context = { passage_tokens: config.PASSAGE_TOKENS };
			const settings = completeSettings(given.settings, { chunking_strategy, embedding_model, context });
			checkSettings(settings);
			const queued = await db.transaction(async (tx) => {
				const id = await queueComparison(tx, queue, {
					project_id: projectId,
					vector_store_id: storeId,
					settings,
					questions: given.questions ?? [],
					generate: given.generate ?? null,
					model: modelOfComparison(deps, given),
					sample_files: given.sample?.files ?? null,
				});
				// Before a worker may take it: what is answered is what was asked for, not how far it is by then.
				return readComparison(tx, storeId, id);
			});
			return c.json(comparisonBody(queued, null), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "List a vector store's comparisons, without their results",
			request: { params: storeParams, query: pageQuery() },
			responses: answers("The list"),
		}),
		async (c) => {
			const { vector_store_id: storeId } = c.req.valid("param");
			await requireStore(db, c.get("projectId"), storeId);
			const page = await readPage(
				c.req.valid("query"),
				(id) => getComparison(db, storeId, id),
				(request) => listComparisons(db, storeId, request),
			);
			return c.json(
				listBody(
					page.rows.map((row) => comparisonBody(row)),
					page.hasMore,
				),
				200,
			);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{comparison_id}",
			summary: "Retrieve a comparison, with its results once it is completed",
			request: { params },
			responses: answers("The comparison"),
		}),
		async (c) => {
			const comparison = await requireComparison(c, c.req.valid("param"));
			const results = comparison.status === "completed" ? await getResults(db, comparison.id) : null;
			c.header("openai-poll-after-ms", "300");
			return c.json(comparisonBody(comparison, results), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{comparison_id}/cancel",
			summary: "End a comparison and remove what was built for it",
			request: { params },
			responses: answers("The comparison"),
		}),
		async (c) => {
			const before = await requireComparison(c, c.req.valid("param"));
			const cancelled = await db.transaction((tx) => endComparison(tx, queue, before, { status: "cancelled" }));
			const comparison = await readComparison(db, before.vector_store_id, before.id);
			if (!cancelled) {
				throw refused(`The comparison '${before.id}' is ${comparison.status}, and has nothing to cancel.`);
			}
			return c.json(comparisonBody(comparison, null), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{comparison_id}",
			summary: "Remove a comparison and what was built for it",
			request: { params },
			responses: answers("Deleted"),
		}),
		async (c) => {
			const comparison = await requireComparison(c, c.req.valid("param"));
			await db.transaction((tx) => removeComparison(tx, queue, comparison));
			return c.json({ id: comparison.id, object: "vector_store.comparison.deleted", deleted: true }, 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{comparison_id}/activate",
			summary: "Answer from the index of these settings",
			request: { params, body: body(activateBody) },
			responses: answers("The index: active, or being built or brought up to date first"),
		}),
		async (c) => {
			const comparison = await requireComparison(c, c.req.valid("param"));
			const { vector_store_id: storeId } = comparison;
			await requireUsableStore(db, c.get("projectId"), storeId);
			const place = placeOf(comparison, c.req.valid("json").settings);
			checkEmbedding(comparison.settings[place]?.embedding_model, embedder, "settings");
			const index = await db.transaction(async (tx) => {
				const id = await activateSettings(tx, queue, comparison, place);
				return (await getBuild(tx, storeId, id)) as BuildRow;
			});
			return c.json(vectorStoreIndexBody(index), 200);
		},
	);

	function checkSettings(settings: ComparedSettings[]): void {
		for (const [place, { name, chunking_strategy, embedding_model }] of settings.entries()) {
			const param = `settings[${place}]`;
			checkStrategy(chunking_strategy, embedder, `${param}.chunking_strategy`);
			checkEmbedding(embedding_model, embedder, `${param}.embedding_model`);
			if (settings.findIndex((other) => other.name === name) === place) continue;
			throw refused(`Two settings are called '${name}'. Give them different names.`, `${param}.name`);
		}
	}

	async function requireComparison(
		c: Context<Env>,
		{ vector_store_id: storeId, comparison_id: id }: z.output<typeof params>,
	): Promise<ComparisonRow> {
		await requireStore(db, c.get("projectId"), storeId);
		return readComparison(db, storeId, id);
	}

	async function readComparison(handle: Handle, storeId: string, id: string): Promise<ComparisonRow> {
		const comparison = await getComparison(handle, storeId, id);
		if (comparison) return comparison;
		throw notFound(`No comparison found with id '${id}' in vector store '${storeId}'.`, "comparison_id");
	}

	return app;
}

function placeOf({ id, status, settings }: ComparisonRow, name: string): number {
	if (status !== "completed") throw refused(`The comparison '${id}' is ${status}: only a completed one has a winner.`);
	const place = settings.findIndex((one) => one.name === name);
	if (place !== -1) return place;
	const names = settings.map((one) => `'${one.name}'`).join(", ");
	throw refused(`No settings of the comparison are called '${name}'. There are ${names}.`, "settings");
}

function refused(message: string, param = "comparison_id"): ExcerptError {
	return new ExcerptError("invalid_value", message, { param });
}
