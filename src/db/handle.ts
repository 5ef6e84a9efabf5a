import type { QueryResult, QueryResultRow } from "pg";

/**
 * What store functions take as their first argument: the pool, or the one client inside a transaction.
 * The embedded database has a single connection; a query on the pool inside a transaction would wait for itself
 * for ever. Passing the handle down makes that mistake visible.
 */
export type Handle = {
	query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
};
