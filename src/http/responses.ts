import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ExcerptError, notFound } from "../errors.ts";
import { removeResponse } from "../operations/remove-response.ts";
import { getResponse } from "../store/responses.ts";
import { completeRequest } from "../wire/complete-request.ts";
import { withIncluded } from "../wire/included.ts";
import { listBody } from "../wire/list.ts";
import { responseRequest } from "../wire/response-request.ts";
import { answerPlain, answerStreamed } from "./answer-response.ts";
import { applyPrompt } from "./apply-prompt.ts";
import { answerInBackground } from "./background-response.ts";
import { endResponseEarly } from "./end-early.ts";
import type { Env, HttpDeps } from "./env.ts";
import { followResponse } from "./follow-response.ts";
import { includedIn } from "./included.ts";
import { newHead, prepareTurn } from "./prepare-turn.ts";
import { answers, body, createResource, idParam } from "./resource.ts";

const params = z.object({ response_id: idParam("response_id") });
const retrieveQuery = z.object({
	stream: z.enum(["true", "false"]).optional(),
	/** Only with `stream`. */
	starting_after: z.coerce.number().int().min(0).optional(),
});
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
				"With the `file_search` tool: asks the documents of its vector stores. `stream: true` answers as server-sent events, `background: true` at once, before there is an answer.",
			request: { body: body(responseRequest) },
			responses: answers("The response, or its events"),
		}),
		async (c) => {
			const abort = new AbortController();
			c.req.raw.signal.addEventListener("abort", () => abort.abort(), { once: true });
			const request = completeRequest(await applyPrompt(db, c.get("projectId"), c.req.valid("json")));
			if (request.background && request.store === false) throw notStored();
			const prepared = await prepareTurn(deps, c.get("projectId"), newHead(request), abort.signal);
			warnOnce(request.model, prepared.turn.model);
			if (request.background) return answerInBackground(c, deps, prepared);
			return request.stream ? answerStreamed(c, deps, prepared, abort) : answerPlain(c, deps, prepared);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{response_id}",
			summary: "Retrieve a response",
			description:
				"`stream=true`: the events of one that was created with `background` and `stream`, as they were told.",
			request: { params, query: retrieveQuery },
			responses: answers("The response, or its events"),
		}),
		async (c) => {
			const { stream, starting_after } = c.req.valid("query");
			if (stream !== "true") return c.json(await currentBody(c), 200);
			const { id, streamed } = await requireResponse(c);
			if (!streamed) throw notStreamed();
			return followResponse(c, deps, id, starting_after ?? -1);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{response_id}/cancel",
			summary: "Cancel a background response",
			description: "One that has ended stays as it is.",
			request: { params },
			responses: answers("The response"),
		}),
		async (c) => {
			const { id, body } = await requireResponse(c);
			if (body.background !== true) throw notInBackground();
			await endResponseEarly(db, c.get("projectId"), id, { status: "cancelled" });
			return c.json(await currentBody(c), 200);
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
			if (!(await removeResponse(db, c.get("projectId"), id))) throw noResponse(id);
			return c.json({ id, object: "response", deleted: true }, 200);
		},
	);

	async function currentBody(c: Context<Env>) {
		const { body, receipt } = await requireResponse(c);
		return { ...body, output: withIncluded(body.output, includedIn(c)), receipt };
	}

	async function requireResponse(c: Context<Env>) {
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

function notStored() {
	const message = "A background response is stored, because it is fetched later. Leave 'store' out, or set it to true.";
	return new ExcerptError("invalid_value", message, { param: "background" });
}

function notInBackground() {
	const message =
		"Only a response that was created with 'background: true' can be cancelled; others end with their request.";
	return new ExcerptError("invalid_value", message, { param: "response_id" });
}

function notStreamed() {
	const message =
		"Invalid 'stream': events are kept, for a day, of responses that were created with both 'background' and 'stream'. Retrieve it without.";
	return new ExcerptError("invalid_value", message, { param: "stream" });
}
