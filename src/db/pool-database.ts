import type pg from "pg";
import type { Database } from "./database.ts";
import type { Handle } from "./handle.ts";

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
