import pg from "pg";
import type { Database } from "./database.ts";
import { poolDatabase } from "./pool-database.ts";
import { columnTypes } from "./types.ts";

/** 20 connections: a process has at most some dozen searches and jobs in the database at a time on the machines we know. */
export function openPostgres(connectionString: string): Database {
	const pool = new pg.Pool({ connectionString, types: columnTypes, max: 20, connectionTimeoutMillis: 10_000 });
	// An idle connection that the server ends is replaced on the next query; unheard, the event would end the process.
	pool.on("error", () => {});
	return {
		...poolDatabase(pool),
		exclusive: false,
		listen: (channel, onNotify, onReady) => listenOnOwnConnection(connectionString, channel, onNotify, onReady),
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
	const connect = async () => {
		const next = new pg.Client({ connectionString });
		next.on("notification", (message) => onNotify(message.payload ?? ""));
		next.on("error", () => {
			if (!closed) setTimeout(() => connect().catch(() => {}), 1000).unref();
		});
		await next.connect();
		await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
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
