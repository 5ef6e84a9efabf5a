import { OpenAPIHono, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { ExcerptError } from "../errors.ts";
import type { Page, PageRequest } from "../store/page.ts";
import type { Env } from "./env.ts";
import { throwIssue } from "./validation.ts";

/** An empty set of routes whose validation errors come in the wire's shape. */
export function createResource(): OpenAPIHono<Env> {
	return new OpenAPIHono<Env>({
		defaultHook: (result) => {
			if (!result.success) throwIssue(result.error, "data" in result ? result.data : undefined);
		},
	});
}

const ID = /^[A-Za-z0-9_-]+$/;

/** A path parameter that holds an id; anything else than its characters is a mistake of the client, not an unknown id. */
export function idParam(name: string) {
	return z
		.string()
		.regex(ID, {
			error: ({ input }) =>
				`'${input}'. Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained additional characters`,
		})
		.max(256)
		.openapi({ param: { name, in: "path" } });
}

export function body<Schema extends z.ZodType>(schema: Schema) {
	return { required: true, content: { "application/json": { schema } } };
}

/** For routes whose body may be left out altogether: clients that do so say all the same that it is JSON. */
export const bodyMayBeEmpty = createMiddleware<Env>(async (c, next) => {
	if (c.req.header("content-length") === "0") c.req.raw.headers.delete("content-type");
	await next();
});

/** A response for the API's description; the wire's own types check what handlers return. */
export function answers(description: string, status = 200) {
	return { [status]: { description } };
}

/** `limit`, `order`, `after`, `before` of a list. */
export function pageQuery(limits: { default: number; max: number } = { default: 20, max: 100 }) {
	return z.object({
		limit: z.coerce.number().int().min(1).max(limits.max).default(limits.default),
		order: z.enum(["asc", "desc"]).default("desc"),
		after: z.string().optional(),
		before: z.string().optional(),
	});
}

/**
 * Reads a page whose cursors are ids: `seqOf` finds the sort key of the object a cursor names.
 * Throws 400 where there is none such.
 */
export async function readPage<Row>(
	query: z.output<ReturnType<typeof pageQuery>>,
	seqOf: (id: string) => Promise<{ seq: number } | undefined>,
	read: (page: PageRequest) => Promise<Page<Row>>,
): Promise<Page<Row>> {
	const page: PageRequest = { limit: query.limit, order: query.order };
	for (const cursor of ["after", "before"] as const) {
		const id = query[cursor];
		if (id === undefined) continue;
		const found = await seqOf(id);
		if (!found)
			throw new ExcerptError("invalid_value", `Invalid '${cursor}': no object with id '${id}' is in this list.`, {
				param: cursor,
			});
		page[cursor] = found.seq;
	}
	return read(page);
}

/** Limits of API.md §1.3. */
export const metadataSchema = z
	.record(z.string().max(64), z.string().max(512))
	.refine((pairs) => Object.keys(pairs).length <= 16, "at most 16 pairs are kept");

export const attributesSchema = z
	.record(z.string().max(64), z.union([z.string().max(512), z.number(), z.boolean()]))
	.refine((pairs) => Object.keys(pairs).length <= 16, "at most 16 pairs are kept");
