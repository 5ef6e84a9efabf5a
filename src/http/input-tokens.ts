import { createRoute } from "@hono/zod-openapi";
import { countInput } from "../ask/count-input.ts";
import { seenConversation } from "../operations/hold-conversation.ts";
import { completeRequest } from "../wire/complete-request.ts";
import { responseRequest } from "../wire/response-request.ts";
import { applyPrompt } from "./apply-prompt.ts";
import type { HttpDeps } from "./env.ts";
import { newHead, prepareTurn } from "./prepare-turn.ts";
import { answers, body, createResource } from "./resource.ts";

/** Stands for the model where none is named: its name decides nothing but who answers. */
const ANY_MODEL = "any";

export function inputTokens(deps: HttpDeps) {
	const app = createResource();
	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Count what a response would send",
			description:
				"Takes what creating a response takes, finds the passages that it would send, and calls no model to answer.",
			request: { body: body(responseRequest) },
			responses: answers("The count"),
		}),
		async (c) => {
			const given = await applyPrompt(deps.db, c.get("projectId"), c.req.valid("json"));
			const request = completeRequest({ ...given, model: given.model || ANY_MODEL });
			// Nothing is put behind its conversation: whoever answers on it is not kept out.
			const { turn } = await prepareTurn(
				deps,
				c.get("projectId"),
				newHead(request),
				c.req.raw.signal,
				seenConversation,
			);
			return c.json({ object: "response.input_tokens", input_tokens: await countInput(deps, turn) }, 200);
		},
	);
	return app;
}
