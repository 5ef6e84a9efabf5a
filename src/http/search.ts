import { createRoute, z } from "@hono/zod-openapi";
import { planQueries } from "../ask/plan-queries.ts";
import { retrieve } from "../ask/retrieve.ts";
import { notFound } from "../errors.ts";
import { filterSchema } from "../filter.ts";
import { getBuild } from "../store/index-builds.ts";
import { touchVectorStores } from "../store/vector-stores.ts";
import { fusionWeights, rankingOptions } from "../wire/ranking-options.ts";
import { searchPage } from "../wire/search-results.ts";
import type { HttpDeps } from "./env.ts";
import { rerankingFor, rewriterOfSearches } from "./optional-stages.ts";
import { answers, body, createResource, idParam } from "./resource.ts";
import { requireUsableStore } from "./usable-store.ts";

const searchBody = z.object({
	query: z.union([z.string().min(1).max(10_000), z.array(z.string().min(1).max(10_000)).min(1).max(20)]),
	filters: filterSchema.nullish(),
	max_num_results: z.int().min(1).max(50).default(10),
	ranking_options: rankingOptions.optional(),
	rewrite_query: z.boolean().default(false),
	/** Ours: an index that the store does not answer from; of one being built, what is whole by now. */
	index_id: z.string().optional(),
	/** Ours: what each result is explained by, and what each stage found and dropped. */
	include: z.array(z.enum(["explanation"])).nullish(),
});

export function search(deps: HttpDeps) {
	const { db } = deps;
	const app = createResource();
	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Search a vector store",
			request: { params: z.object({ vector_store_id: idParam("vector_store_id") }), body: body(searchBody) },
			responses: answers("The passages found, best first"),
		}),
		async (c) => {
			const { vector_store_id: id } = c.req.valid("param");
			const given = c.req.valid("json");
			const store = await requireUsableStore(db, c.get("projectId"), id);
			const index = given.index_id === undefined ? undefined : await getBuild(db, id, given.index_id);
			if (given.index_id !== undefined && !index) {
				throw notFound(`No index found with id '${given.index_id}' in vector store '${id}'.`, "index_id");
			}
			const explained = given.include?.includes("explanation") ?? false;
			const { signal } = c.req.raw;
			const { queries } = await planQueries({
				questions: [given.query].flat(),
				background: "",
				history: [],
				rewriter: given.rewrite_query ? rewriterOfSearches(deps) : null,
				signal,
			});
			const found = await retrieve(deps, {
				vectorStoreIds: [id],
				...(index && { indexId: index.id }),
				queries,
				filter: given.filters ?? null,
				limit: given.max_num_results,
				scoreThreshold: given.ranking_options?.score_threshold ?? 0,
				weights: fusionWeights(given.ranking_options),
				reranking: rerankingFor(deps, given.ranking_options?.ranker),
				explained,
				besides: 0,
				signal,
			});
			if (store.idle) await touchVectorStores(db, [id]);
			return c.json(searchPage(queries, found, explained), 200);
		},
	);
	return app;
}
