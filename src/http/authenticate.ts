import { createHash, timingSafeEqual } from "node:crypto";
import { createMiddleware } from "hono/factory";
import { isLoopback } from "../config.ts";
import { ExcerptError } from "../errors.ts";
import type { Env } from "./env.ts";

/** Until keys exist per project there is this one. */
const PROJECT = "default";

/** With an API key: every call must bring it. Without: only this machine is served. */
export function authenticate(apiKey: string) {
	return createMiddleware<Env>(async (c, next) => {
		if (apiKey) checkBearer(c.req.header("authorization"), apiKey);
		else {
			checkLoopback(new URL(c.req.url).hostname);
			checkOrigin(c.req.header("origin"));
		}
		c.set("projectId", PROJECT);
		await next();
	});
}

function checkBearer(header: string | undefined, apiKey: string): void {
	const given = /^Bearer\s+(.+)$/i.exec(header ?? "")?.[1];
	if (given === undefined) {
		throw new ExcerptError(
			"invalid_api_key",
			"You didn't provide an API key. Send it as 'Authorization: Bearer YOUR_KEY'; it is the server's API_KEY setting.",
		);
	}
	// Digests have one length, whatever was given, and comparing them takes as long.
	const [a, b] = [given, apiKey].map((key) => createHash("sha256").update(key).digest());
	if (!timingSafeEqual(a as Buffer, b as Buffer)) {
		throw new ExcerptError(
			"invalid_api_key",
			"Incorrect API key provided. It must be the one in the server's API_KEY setting.",
		);
	}
}

/** The socket listens on loopback alone; a web page that resolves its own name to 127.0.0.1 is told by the Host header. */
function checkLoopback(host: string): void {
	if (isLoopback(host)) return;
	throw new ExcerptError(
		"loopback_only",
		`This server has no API_KEY and answers only under a loopback address such as 127.0.0.1, not as '${host}'. Set API_KEY to serve others.`,
	);
}

/** A page of another site may send forms here without asking; its browser says where it is from. */
function checkOrigin(origin: string | undefined): void {
	if (origin === undefined || (URL.canParse(origin) && isLoopback(new URL(origin).hostname))) return;
	throw new ExcerptError(
		"loopback_only",
		`This server has no API_KEY and answers no web page from elsewhere, such as '${origin}'. Set API_KEY to serve others.`,
	);
}
