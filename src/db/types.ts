import pg from "pg";

/**
 * How column types come back: as node-postgres has it, but bigint as a number. Ours are sizes, offsets and sequence
 * numbers, all far below 2^53; as strings, `a + b` would concatenate.
 */
export const columnTypes: pg.CustomTypesConfig = {
	getTypeParser(oid: number, format?: "text" | "binary") {
		if (oid === pg.types.builtins.INT8 && format !== "binary") return Number;
		return pg.types.getTypeParser(oid, format);
	},
};
