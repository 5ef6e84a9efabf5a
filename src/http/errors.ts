import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { ExcerptError } from "../errors.ts";
import type { Log } from "../log.ts";
import { errorBody } from "../wire/error.ts";
import type { Env } from "./env.ts";

/** Turns whatever a resource throws into the one error shape. */
export function createErrorHandler(log: Log): ErrorHandler<Env> {
	return (thrown, c) => {
		const error =
			thrown instanceof HTTPException ? fromHono(thrown) : isUnstorable(thrown) ? unstorable(thrown) : thrown;
		const status = error instanceof ExcerptError ? error.status : 500;
		if (status >= 500) log.error({ err: error, request_id: c.get("requestId"), path: c.req.path }, "request failed");
		return errorResponse(c, error, status);
	};
}

function errorResponse(c: Context<Env>, error: unknown, status: number): Response {
	if (error instanceof ExcerptError) {
		if (error.retryAfter !== undefined) c.header("retry-after", String(Math.ceil(error.retryAfter)));
		// SDKs retry every 5xx unless told that it is of no use.
		if (status >= 500 && !error.retryable) c.header("x-should-retry", "false");
	}
	return c.json(errorBody(error), status as 500);
}

/** For hono's `methodNotAllowed`: the path is served, but not so. */
export function methodNotAllowedHandler(c: Context<Env>, methods: string[]): Response {
	const message = `Not allowed to ${c.req.method} on ${c.req.path}. It takes ${methods.join(", ")}.`;
	return c.json(errorBody(new ExcerptError("method_not_allowed", message)), 405, { allow: methods.join(", ") });
}

export const notFoundHandler: NotFoundHandler<Env> = (c) => {
	const { method, path } = c.req;
	const under = path.startsWith("/v1/") ? "" : "The API is under /v1: a client's base URL ends in it. ";
	const message = `Invalid URL (${method} ${path}). ${under}GET /openapi.json lists what is served.`;
	return c.json(errorBody(new ExcerptError("not_found", message)), 404);
};

/** Hono's own: a body that is not JSON, or too large. */
function fromHono(error: HTTPException): ExcerptError {
	if (error.status === 413)
		return new ExcerptError(
			"request_too_large",
			"The request body is too large. JSON bodies may have 16 MiB; files are uploaded to /v1/files.",
		);
	return new ExcerptError(
		"invalid_json",
		"We could not parse the JSON body of your request. Send valid JSON with the header 'Content-Type: application/json'.",
		{ cause: error },
	);
}

/** Postgres refuses U+0000 in text, and in JSON also half a surrogate pair; only a request can have brought them. */
function isUnstorable(error: unknown): boolean {
	const { code, message } = error as { code?: unknown; message?: string };
	return code === "22021" || code === "22P05" || (code === "22P02" && /type json/.test(message ?? ""));
}

function unstorable(error: unknown): ExcerptError {
	return new ExcerptError(
		"invalid_value",
		"The request holds text that cannot be kept: the character U+0000, or half a surrogate pair. Take it out and send it again.",
		{ cause: error },
	);
}
