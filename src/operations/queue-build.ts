import type { Handle } from "../db/handle.ts";
import { ExcerptError } from "../errors.ts";
import { newId } from "../ids.ts";
import { buildIndex } from "../jobs/build-index.ts";
import type { JobQueue } from "../jobs/queue.ts";
import { type Activate, findBuild, insertBuild, lockActiveIndex } from "../store/index-builds.ts";
import type { NewIndex } from "../store/indexes.ts";

type IndexToBuild = Omit<NewIndex, "public_id"> & { activate: Activate; keep: number };

/** Puts the build of another index of a store into the queue; returns its public id. Throws 400 where one is being built. */
export async function queueBuild(tx: Handle, queue: JobQueue, index: IndexToBuild): Promise<string> {
	await lockActiveIndex(tx, index.vector_store_id);
	await requireNoBuild(tx, index.vector_store_id);
	const public_id = newId("index");
	const id = await insertBuild(tx, { ...index, public_id });
	await queue.send(buildIndex, { index_id: id }, { tx, key: String(id) });
	return public_id;
}

/** The caller has the store locked. */
export async function requireNoBuild(tx: Handle, vectorStoreId: string): Promise<void> {
	const build = await findBuild(tx, vectorStoreId);
	if (!build) return;
	throw new ExcerptError(
		"index_being_built",
		`The vector store '${vectorStoreId}' is having an index built, '${build.public_id}'. Wait until that is done, or cancel it.`,
	);
}
