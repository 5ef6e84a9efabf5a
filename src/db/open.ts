import { mkdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { Config } from "../config.ts";
import type { Handle } from "./handle.ts";
import { migrate } from "./migrate.ts";
import { openEmbedded } from "./open-embedded.ts";
import { columnTypes } from "./types.ts";

/** The database of this process. `src/db` is the only place that knows which engine is behind it. */
export type Database = Handle & {
	/** Runs `work` in one transaction: commits what it returns, rolls back what it throws. */
	transaction<T>(work: (tx: Handle) => Promise<T>): Promise<T>;
	/** Runs `work` on one connection without a transaction around it. */
	session<T>(work: (handle: Handle) => Promise<T>): Promise<T>;
	/** Calls back for each NOTIFY on the channel until closed. `onReady` runs after every (re)connection. */
	listen(
		channel: string,
		onNotify: (payload: string) => void,
		onReady: () => void,
	): Promise<{ close(): Promise<void> }>;
	/** True where no other process can be using this database: what a dead process left behind can be taken over at once. */
	exclusive: boolean;
	close(): Promise<void>;
};

/** Opens Postgres where `DATABASE_URL` is set, the embedded database in `DATA_DIR` otherwise, and migrates it. */
export async function openDatabase(config: Pick<Config, "DATABASE_URL" | "DATA_DIR">): Promise<Database> {
	const database = config.DATABASE_URL
		? openPostgres(config.DATABASE_URL)
		: await openEmbedded(embeddedDirectory(config.DATA_DIR));
	try {
		await migrate(database);
	} catch (error) {
		await database.close();
		throw error;
	}
	return database;
}

function embeddedDirectory(dataDirectory: string): string {
	mkdirSync(dataDirectory, { recursive: true });
	return join(dataDirectory, "database");
}

/** 20 connections: a process has at most some dozen searches and jobs in the database at a time on the machines we know. */
function openPostgres(connectionString: string): Database {
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

/** The part of a database that any node-postgres pool gives. */
export function poolDatabase(pool: pg.Pool): Pick<Database, "query" | "transaction" | "session"> {
	const session = async <T>(work: (handle: Handle) => Promise<T>): Promise<T> => {
		const client = await pool.connect();
		try {
			return await work(client);
		} finally {
			client.release();
		}
	};
	return {
		session,
		query: (text, values) => pool.query(text, values),
		async transaction(work) {
			const client = await pool.connect();
			try {
				await client.query("BEGIN");
				const result = await work(client);
				await client.query("COMMIT");
				client.release();
				return result;
			} catch (error) {
				// Where even the rollback fails the connection is broken and must not go back to the pool.
				await client.query("ROLLBACK").then(
					() => client.release(),
					(broken) => client.release(broken),
				);
				throw error;
			}
		},
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
