import { expectWire } from "./wire-schema.ts";

export type Sent = { status: number; headers: Headers; body: Record<string, unknown> };

/** Sends what the official client would not; the JSON that comes back is held against the schema of its route. */
export async function send(url: string, method: string, path: string, init: RequestInit = {}): Promise<Sent> {
	const response = await fetch(`${url}${path}`, { ...init, method });
	const body = (await response.json()) as Record<string, unknown>;
	const { pathname } = new URL(response.url);
	expectWire(method, pathname.replace(/^\/v1/, ""), response.status, body);
	return { status: response.status, headers: response.headers, body };
}

/** The same with a JSON body. */
export function sendJson(url: string, method: string, path: string, body: unknown): Promise<Sent> {
	return send(url, method, path, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}

/** The `error` of a body. */
export function errorOf({ body }: Sent): { message: string; type: string; param: string | null; code: string | null } {
	return body.error as ReturnType<typeof errorOf>;
}
