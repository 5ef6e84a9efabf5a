import { setTimeout as sleep } from "node:timers/promises";
import type OpenAI from "openai";
import { messageOf } from "../errors.ts";
import type { CsvFlags } from "./csv-flags.ts";
import { removeReplaced } from "./held-files.ts";
import { describeFile, findFiles, type LocalFile } from "./local-files.ts";
import { createWaitLines } from "./progress.ts";
import { ingestFiles } from "./upload.ts";

/** How often the paths are looked through. `fs.watch` hears nothing of network drives and of some containers' mounts. */
const SCAN_MS = 1000;

/** A file as it was when it was last ingested, well or not; `ids` are all that the store has of it. */
type Known = Pick<LocalFile, "stamp" | "sha256"> & { ids: string[] };

/** A store, and what was ingested into it from where, before the watch begins. */
export type Watched = {
	client: OpenAI;
	storeId: string;
	paths: string[];
	csv: CsvFlags;
	files: LocalFile[];
	ids: Map<string, string>;
};

/**
 * Uploads what is added to the paths or changed in them, and says so in a line each, until the signal comes. A file is
 * taken once it has stayed the same from one scan to the next, so that none is read half-written. A new version takes the
 * place of the one before when it is whole; where it fails that one stays. What is deleted stays in the store.
 */
export async function watchPaths(watched: Watched, signal: AbortSignal): Promise<void> {
	const { client, storeId, paths, csv, files, ids } = watched;
	const known = new Map<string, Known>();
	for (const file of files) known.set(file.path, { ...file, ids: [ids.get(file.path) ?? []].flat() });
	const progress = createWaitLines();
	let before = new Map<string, string>();
	let trouble = "";
	while (!signal.aborted) {
		const now = new Map((await Promise.all(paths.map(scan))).flat());
		const changed = [...now].filter(([path, stamp]) => stamp !== known.get(path)?.stamp && stamp === before.get(path));
		before = now;
		try {
			if (changed.length > 0) await ingestChanged(changed);
			trouble = "";
		} catch (error) {
			// The server is away: the next scan tries again.
			if (messageOf(error) !== trouble) console.error(messageOf(error));
			trouble = messageOf(error);
		}
		await sleep(SCAN_MS, undefined, { signal }).catch(() => {});
	}

	async function ingestChanged(changed: [path: string, stamp: string][]): Promise<void> {
		const described: LocalFile[] = [];
		for (const [path, stamp] of changed) {
			try {
				described.push(await describeFile(path, stamp, csv));
			} catch (error) {
				known.set(path, { stamp, sha256: "", ids: known.get(path)?.ids ?? [] });
				console.error(`${path}: ${messageOf(error)}`);
			}
		}
		const outcome = await ingestFiles(client, storeId, described.filter(isNew), { progress, signal });
		if (signal.aborted) return;
		const failures = new Map(outcome.failed.map(({ filename, message }) => [filename, message]));
		for (const file of described) {
			const former = known.get(file.path)?.ids ?? [];
			const id = outcome.ids.get(file.path);
			const failure = failures.get(file.path);
			const replaced = id !== undefined && failure === undefined ? former.filter((one) => one !== id) : [];
			for (const one of replaced) await removeReplaced(client, storeId, one);
			const left = former.filter((one) => !replaced.includes(one) && one !== id);
			// What did not even arrive is tried again when it is but touched.
			const sha256 = failure !== undefined && id === undefined ? "" : file.sha256;
			known.set(file.path, { stamp: file.stamp, sha256, ids: id === undefined ? left : [...left, id] });
			if (failure !== undefined) console.error(`${file.path}: ${failure}`);
			else if (id !== undefined) console.log(`${file.path}: ${replaced.length > 0 ? "ingested again" : "ingested"}`);
		}
	}

	/** False for a file that was only touched. */
	function isNew({ path, sha256 }: LocalFile): boolean {
		return known.get(path)?.sha256 !== sha256;
	}
}

/** The files of a path, or none where it is gone or changes under our eyes: the next scan will tell. */
function scan(path: string): Promise<[path: string, stamp: string][]> {
	return findFiles(path).catch(() => []);
}
