import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ExcerptError } from "../errors.ts";
import { include } from "../wire/response-request.ts";
import type { Env } from "./env.ts";

/** The `include` of a query: SDKs write arrays as `include[]=a&include[]=b`, people as `include=a`. */
export function includedIn(c: Context<Env>): z.output<typeof include> {
	const given = [...(c.req.queries("include[]") ?? []), ...(c.req.queries("include") ?? [])];
	const parsed = include.safeParse(given);
	if (parsed.success) return parsed.data;
	throw new ExcerptError("invalid_value", `Invalid 'include': ${given.join(", ")}.`, { param: "include" });
}
