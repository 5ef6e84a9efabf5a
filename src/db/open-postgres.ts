import pg from "pg";
import type { Database } from "./database.ts";
import { poolDatabase } from "./pool-database.ts";
import { columnTypes } from "./types.ts";

/**
 * How deep a vector index is searched, and that it is searched deeper where too few of what it gave may be found. With
 * 200,000 vectors 400 found 97 % of the ten nearest, the 40 that are pgvector's default 60 %.
 */
const VECTOR_SEARCH = "-c hnsw.ef_search=400 -c hnsw.iterative_scan=strict_order";

/** 20 connections: a process has at most some dozen searches and jobs in the database at a time on the machines we know. */
export function openPostgres(connectionString: string): Database {
	const pool = new pg.Pool({
		connectionString,
		types: columnTypes,
		max: 20,
		connectionTimeoutMillis: 10_000,
		options: VECTOR_SEARCH,
	});
	// A connection that the server ends is replaced on the next query. Unheard, the event would end the process: the pool
	// speaks for idle connections, one that is in use only for itself.
	pool.on("error", () => {});
	pool.on("connect", (client) => client.on("error", () => {}));
	return {
		...poolDatabase(pool),
		exclusive: false,
		listen: (channel, onNotify, onReady) => listenOnOwnConnection(connectionString, channel, onNotify, onReady),
		requireRoom: async () => {},
		close: () => pool.end(),
	};
}

async function listenOnOwnConnection(
	connectionString: string,
	channel: string,
	onNotify: (payload: string) => void,
	onReady: () => void,
) {
	let closed = false;
	let client: pg.Client | undefined;
	// Again and again: a database that restarts is away for longer than one try.
	const reconnect = () => {
		if (!closed) setTimeout(() => connect().catch(reconnect), 1000).unref();
	};
	const connect = async () => {
		const next = new pg.Client({ connectionString });
		next.on("notification", (message) => onNotify(message.payload ?? ""));
		next.on("error", () => {});
		await next.connect();
		await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
		// Not on "error", which comes twice when the server ends a connection: each would be followed by a new listener.
		next.once("end", reconnect);
		client = next;
		onReady();
	};
	await connect();
	return {
		async close() {
			closed = true;
			await client?.end();
		},
	};
}
