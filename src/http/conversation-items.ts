import { createRoute, z } from "@hono/zod-openapi";
import { notFound } from "../errors.ts";
import { addConversationItems } from "../operations/add-conversation-items.ts";
import { deleteItem, getItem, listItems } from "../store/conversation-items.ts";
import { conversationBody } from "../wire/conversation.ts";
import { withIncluded } from "../wire/included.ts";
import { listBody } from "../wire/list.ts";
import { inputItem } from "../wire/response-request.ts";
import type { HttpDeps } from "./env.ts";
import { includedIn } from "./included.ts";
import { readInput } from "./read-input.ts";
import { requireConversation } from "./require-conversation.ts";
import { answers, body, createResource, idParam, pageQuery, readPage } from "./resource.ts";

const createBody = z.object({ items: z.array(inputItem).min(1).max(20) });
const params = z.object({ conversation_id: idParam("conversation_id") });
const itemParams = params.extend({ item_id: idParam("item_id") });

export function conversationItems({ db }: HttpDeps) {
	const app = createResource();

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Add items to a conversation",
			request: { params, body: body(createBody) },
			responses: answers("The items added"),
		}),
		async (c) => {
			const included = includedIn(c);
			const { conversation_id: id } = c.req.valid("param");
			const items = await readInput(db, c.get("projectId"), c.req.valid("json").items, "items");
			await db.transaction((tx) => addConversationItems(tx, c.get("projectId"), id, items));
			return c.json(listBody(withIncluded(items, included), false), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/",
			summary: "List a conversation's items",
			request: { params, query: pageQuery() },
			responses: answers("The list"),
		}),
		async (c) => {
			const included = includedIn(c);
			const { conversation_id: id } = c.req.valid("param");
			const projectId = c.get("projectId");
			await requireConversation(db, projectId, id);
			const page = await readPage(
				c.req.valid("query"),
				(itemId) => getItem(db, projectId, id, itemId),
				(request) => listItems(db, projectId, id, request),
			);
			const items = page.rows.map((row) => row.body);
			return c.json(listBody(withIncluded(items, included), page.hasMore), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{item_id}",
			summary: "Retrieve an item of a conversation",
			request: { params: itemParams },
			responses: answers("The item"),
		}),
		async (c) => {
			const included = includedIn(c);
			const { conversation_id: id, item_id: itemId } = c.req.valid("param");
			await requireConversation(db, c.get("projectId"), id);
			const row = await getItem(db, c.get("projectId"), id, itemId);
			if (!row) throw noItem(id, itemId);
			return c.json(withIncluded([row.body], included)[0] as typeof row.body, 200);
		},
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{item_id}",
			summary: "Delete an item of a conversation",
			request: { params: itemParams },
			responses: answers("The conversation"),
		}),
		async (c) => {
			const { conversation_id: id, item_id: itemId } = c.req.valid("param");
			const conversation = await requireConversation(db, c.get("projectId"), id);
			if (!(await deleteItem(db, c.get("projectId"), id, itemId))) throw noItem(id, itemId);
			return c.json(conversationBody(conversation), 200);
		},
	);

	return app;
}

function noItem(conversationId: string, id: string) {
	return notFound(`No item with id '${id}' found in conversation '${conversationId}'.`, "item_id");
}
