import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ExcerptError, notFound } from "../errors.ts";
import { deleteResponse, getResponse, type ResponseRow } from "../store/responses.ts";
import { completeRequest } from "../wire/complete-request.ts";
import { withIncluded } from "../wire/included.ts";
import { listBody } from "../wire/list.ts";
import { responseRequest } from "../wire/response-request.ts";
import { answerPlain, answerStreamed } from "./answer-response.ts";
import { applyPrompt } from "./apply-prompt.ts";
import type { Env, HttpDeps } from "./env.ts";
import { includedIn } from "./included.ts";
import { prepareTurn } from "./prepare-turn.ts";
import { answers, body, createResource, idParam } from "./resource.ts";

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
			const abort = new AbortController();
			c.req.raw.signal.addEventListener("abort", () => abort.abort(), { once: true });
			const request = completeRequest(await applyPrompt(db, c.get("projectId"), c.req.valid("json")));
			const prepared = await prepareTurn(deps, c.get("projectId"), request, abort.signal);
			warnOnce(request.model, prepared.turn.model);
			return request.stream ? answerStreamed(c, deps, prepared, abort) : answerPlain(c, deps, prepared);
		},
	);

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
			const output = withIncluded(response.body.output, includedIn(c));
			return c.json({ ...response.body, output, receipt: response.receipt }, 200);
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

	const warned = new Set<string>();
	function warnOnce(asked: string, answering: string): void {
		if (asked === answering || warned.has(asked) || warned.size > 1000) return;
		warned.add(asked);
		log.warn({ asked, answering }, "another model answers than the one asked for");
	}

	return app;
}

function noResponse(id: string) {
	return notFound(`Response with id '${id}' not found.`, "response_id");
}
