import { createRoute, z } from "@hono/zod-openapi";
import { newId } from "../ids.ts";
import { addConversationItems } from "../operations/add-conversation-items.ts";
import { noConversation } from "../operations/conversation-errors.ts";
import { deleteConversation, insertConversation, updateConversation } from "../store/conversations.ts";
import { conversationBody } from "../wire/conversation.ts";
import { inputItem } from "../wire/response-request.ts";
import type { HttpDeps } from "./env.ts";
import { readInput } from "./read-input.ts";
import { requireConversation } from "./require-conversation.ts";
import { answers, body, bodyMayBeEmpty, createResource, idParam, metadataSchema } from "./resource.ts";

const createBody = z
	.object({ metadata: metadataSchema.nullish(), items: z.array(inputItem).max(20).nullish() })
	.default({});

const updateBody = z.object({ metadata: metadataSchema.nullable() });
const params = z.object({ conversation_id: idParam("conversation_id") });

export function conversations({ db }: HttpDeps) {
	const app = createResource();
	app.use("/", bodyMayBeEmpty);

	app.openapi(
		createRoute({
			method: "post",
			path: "/",
			summary: "Create a conversation",
			request: { body: { ...body(createBody), required: false } },
			responses: answers("The conversation"),
		}),
		async (c) => {
			const { metadata, items } = createBody.parse(c.req.valid("json"));
			const projectId = c.get("projectId");
			const given = await readInput(db, projectId, items ?? [], "items");
			const row = await db.transaction(async (tx) => {
				const id = newId("conversation");
				const row = await insertConversation(tx, { id, project_id: projectId, metadata: metadata ?? {} });
				await addConversationItems(tx, projectId, id, given);
				return row;
			});
			return c.json(conversationBody(row), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "get",
			path: "/{conversation_id}",
			summary: "Retrieve a conversation",
			request: { params },
			responses: answers("The conversation"),
		}),
		async (c) => {
			const { conversation_id: id } = c.req.valid("param");
			return c.json(conversationBody(await requireConversation(db, c.get("projectId"), id)), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "post",
			path: "/{conversation_id}",
			summary: "Replace a conversation's metadata",
			request: { params, body: body(updateBody) },
			responses: answers("The conversation"),
		}),
		async (c) => {
			const { conversation_id: id } = c.req.valid("param");
			const row = await updateConversation(db, c.get("projectId"), id, c.req.valid("json").metadata ?? {});
			if (!row) throw noConversation(id);
			return c.json(conversationBody(row), 200);
		},
	);

	app.openapi(
		createRoute({
			method: "delete",
			path: "/{conversation_id}",
			summary: "Delete a conversation; the responses given on it stay",
			request: { params },
			responses: answers("Deleted"),
		}),
		async (c) => {
			const { conversation_id: id } = c.req.valid("param");
			if (!(await deleteConversation(db, c.get("projectId"), id))) throw noConversation(id);
			return c.json({ id, object: "conversation.deleted", deleted: true }, 200);
		},
	);

	return app;
}
