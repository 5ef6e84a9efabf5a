import type { Database } from "../db/database.ts";
import { completeBuild, flipActiveIndex, lockActiveIndex } from "../store/index-builds.ts";
import { lacksFiles } from "../store/lacking-files.ts";

/**
 * Ends a build in one transaction: the store answers from the index from then on, unless it is to wait for its activation.
 * Returns false where files came meanwhile, which are to be built first; whoever ingests waits for the transaction, so
 * that none is lost in the index before.
 */
export async function endBuild(db: Database, index: { id: number; vector_store_id: string }): Promise<boolean> {
	return db.transaction(async (tx) => {
		// Undefined where the store is gone, and there is nobody to end it for.
		if ((await lockActiveIndex(tx, index.vector_store_id)) === undefined) return true;
		if (await lacksFiles(tx, index.id)) return false;
		const activate = await completeBuild(tx, index.id);
		if (activate === "when_complete") await flipActiveIndex(tx, index.vector_store_id, index.id);
		return true;
	});
}
