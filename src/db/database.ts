import type { Handle } from "./handle.ts";

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
	/**
	 * To be called before much is written. Rejects, with Postgres' code for a full disk, where the database shares its disk
	 * with us and that is almost full; elsewhere Postgres sees to it.
	 */
	requireRoom(): Promise<void>;
	close(): Promise<void>;
};
