import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import { ask, type Search, type Turn } from "../ask/ask.ts";
import { ExcerptError, notFound } from "../errors.ts";
import { newId } from "../ids.ts";
import { deleteResponse, getResponse, getResponseChain, insertResponse, type ResponseRow } from "../store/responses.ts";
import { touchVectorStores } from "../store/vector-stores.ts";
import { conversationOf, storedInput } from "../wire/input-items.ts";
import { listBody } from "../wire/list.ts";
import { fusionWeights } from "../wire/ranking-options.ts";
import { type FileSearchTool, include, type ResponseRequest, responseRequest } from "../wire/response-request.ts";
import { ResponseStream } from "../wire/response-stream.ts";
import type { Env, HttpDeps } from "./env.ts";
import { rerankingFor, rewriterOfAnswers } from "./optional-stages.ts";
import { answers, body, createResource, idParam } from "./resource.ts";
import { requireUsableStore } from "./usable-store.ts";

const params = z.object({ response_id: idParam("response_id") });
const inputItemsQuery = z.object({
	limit: z.coerce.number().int().min(1).max(100).default(20),
	order: z.enum(["asc", "desc"]).default("desc"),
	after: z.string().optional(),
});

export function responses(deps: HttpDeps) {
	const { db, log } = deps;
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Ask",
			description:
				"With the `file_search` tool: asks the documents of its vector stores. `stream: true` answers as server-sent events.",
			request: { body: body(responseRequest) },
			responses: answers("The response, or its events"),
		}),
		async (c) => {
			const request = c.req.valid("json");
			const projectId = c.get("projectId");
			const abort = new AbortController();
			c.req.raw.signal.addEventListener("abort", () => abort.abort(), { once: true });

			const chain = await readChain(projectId, request.previous_response_id ?? null);
			const input = storedInput(request.input);
			const model = deps.chat.resolve(request.model);
			const search = await searchOf(projectId, request, model);
			const turn: Turn = {
				model,
				...conversationOf(chain, input, request.instructions ?? null),
				search,
				passageTokens: request.context?.passage_tokens ?? deps.config.PASSAGE_TOKENS,
				historyTokens: request.context?.history_tokens ?? deps.config.HISTORY_TOKENS,
				max_output_tokens: request.max_output_tokens ?? null,
				temperature: request.temperature ?? null,
				top_p: request.top_p ?? null,
				signal: abort.signal,
			};
			warnOnce(request.model, turn.model);
			if (search) await touchVectorStores(db, search.vectorStoreIds);

			const head = { id: newId("response"), created_at: Math.floor(Date.now() / 1000), request };
			const stream = new ResponseStream(head, turn.model);
			const keep = async () => {
				if (request.store === false) return;
				const { receipt = null, ...rest } = stream.storedBody;
				await insertResponse(db, {
					id: head.id,
					project_id: projectId,
					previous_response_id: request.previous_response_id ?? null,
					input,
					body: rest as ResponseRow["body"],
					receipt,
				});
			};
			return request.stream ? answerStreamed(c, stream, turn, keep, abort) : answerPlain(c, stream, turn, keep);
		},
	);

	async function answerPlain(c: Context<Env>, stream: ResponseStream, turn: Turn, keep: () => Promise<void>) {
		stream.start();
		for await (const event of ask(deps, turn)) stream.push(event);
		await keep();
		return c.json(stream.body, 200);
	}

	function answerStreamed(
		c: Context<Env>,
		stream: ResponseStream,
		turn: Turn,
		keep: () => Promise<void>,
		abort: AbortController,
	) {
		c.header("x-accel-buffering", "no");
		return streamSSE(c, async (sse) => {
			// Nobody reads on: the upstream call must not go on either.
			sse.onAbort(() => abort.abort());
			const send = async (events: ReturnType<ResponseStream["push"]>) => {
				for (const event of events) await sse.writeSSE({ event: event.type, data: JSON.stringify(event) });
			};
			try {
				await send(stream.start());
				for await (const event of ask(deps, turn)) {
					const events = stream.push(event);
					// Kept before it is told: who has seen the end of a response can go on from it.
					if (event.type === "answered") await keep();
					await send(events);
				}
			} catch (error) {
				if (abort.signal.aborted) return;
				log.error({ err: error, request_id: c.get("requestId") }, "response failed");
				await send(stream.fail(error));
			}
		});
	}

	app.openapi(
		createRoute({
			method: "get",
			path: "/{response_id}",
			summary: "Retrieve a response",
			request: { params },
			responses: answers("The response"),
		}),
		async (c) => {
			if (c.req.query("stream") === "true") {
				throw new ExcerptError("invalid_value", "Invalid 'stream': a response's stream cannot be replayed.", {
					param: "stream",
				});
			}
			const response = await requireResponse(c);
			return c.json({ ...withIncluded(response.body, includedIn(c)), receipt: response.receipt }, 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{response_id}/input_items",
			summary: "List a response's input",
			request: { params, query: inputItemsQuery },
			responses: answers("The list"),
		}),
		async (c) => {
			const { input } = await requireResponse(c);
			const { limit, order, after } = c.req.valid("query");
			const ordered = order === "asc" ? input : input.toReversed();
			const from = after === undefined ? 0 : ordered.findIndex((item) => item.id === after) + 1;
			if (after !== undefined && from === 0) {
				throw new ExcerptError("invalid_value", `Invalid 'after': no item with id '${after}' is in this list.`, {
					param: "after",
				});
			}
			return c.json(listBody(ordered.slice(from, from + limit), ordered.length > from + limit), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{response_id}",
			summary: "Delete a response",
			request: { params },
			responses: answers("Deleted"),
		}),
		async (c) => {
			const { response_id: id } = c.req.valid("param");
			if (!(await deleteResponse(db, c.get("projectId"), id))) throw noResponse(id);
			return c.json({ id, object: "response", deleted: true }, 200);
		},
	);

	async function requireResponse(c: Context<Env>): Promise<ResponseRow> {
		const id = c.req.param("response_id") as string;
		const response = await getResponse(db, c.get("projectId"), id);
		if (!response) throw noResponse(id);
		return response;
	}

	async function readChain(projectId: string, previousId: string | null): Promise<ResponseRow[]> {
		if (previousId === null) return [];
		const chain = await getResponseChain(db, projectId, previousId);
		if (chain.length > 0) return chain;
		throw new ExcerptError("previous_response_not_found", `Previous response with id '${previousId}' not found.`, {
			param: "previous_response_id",
		});
	}

	/** Checked before the first byte: a store that is missing or expired is a plain 4xx, not a failed stream. */
	async function searchOf(projectId: string, request: ResponseRequest, model: string): Promise<Search | null> {
		const tools: FileSearchTool[] = request.tools ?? [];
		if (tools.length > 1)
			throw new ExcerptError("invalid_value", "Give one file_search tool; it may name several vector stores.", {
				param: "tools",
			});
		const [tool] = tools;
		if (!tool || request.tool_choice === "none") return null;
		for (const id of tool.vector_store_ids) await requireUsableStore(db, projectId, id);
		return {
			vectorStoreIds: [...new Set(tool.vector_store_ids)],
			limit: tool.max_num_results ?? null,
			filter: tool.filters,
			scoreThreshold: tool.ranking_options.score_threshold,
			weights: fusionWeights(tool.ranking_options),
			rewriter: rewriterOfAnswers(deps, model),
			reranking: rerankingFor(deps, tool.ranking_options.ranker),
			explained: request.include?.includes("file_search_call.explanation") ?? false,
		};
	}

	const warned = new Set<string>();
	function warnOnce(asked: string, answering: string): void {
		if (asked === answering || warned.has(asked) || warned.size > 1000) return;
		warned.add(asked);
		log.warn({ asked, answering }, "another model answers than the one asked for");
	}

	return app;
}

/** What a search found is kept with every response, and shown where it is asked for. */
function withIncluded(stored: ResponseRow["body"], included: z.output<typeof include>): ResponseRow["body"] {
	if (included.includes("file_search_call.explanation")) return stored;
	const results = included.includes("file_search_call.results") ? withoutExplanations : () => null;
	return {
		...stored,
		output: stored.output.map((item) =>
			item.type === "file_search_call" ? { ...item, results: results(item.results as object[] | null) } : item,
		),
	};
}

function withoutExplanations(results: { explanation?: unknown }[] | null): object[] | null {
	return results?.map(({ explanation, ...result }) => result) ?? null;
}

/** SDKs write arrays as `include[]=a&include[]=b`, people as `include=a`. */
function includedIn(c: Context<Env>): z.output<typeof include> {
	const given = [...(c.req.queries("include[]") ?? []), ...(c.req.queries("include") ?? [])];
	const parsed = include.safeParse(given);
	if (parsed.success) return parsed.data;
	throw new ExcerptError("invalid_value", `Invalid 'include': ${given.join(", ")}.`, { param: "include" });
}

function noResponse(id: string) {
	return notFound(`Response with id '${id}' not found.`, "response_id");
}
