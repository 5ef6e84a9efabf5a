import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import type { CsvOptions } from "../csv-options.ts";
import { ExcerptError } from "../errors.ts";
import { type CsvFlags, csvOptionsFor } from "./csv-flags.ts";

/** A file on this machine as it shall be in a store. `stamp` changes whenever it is written to. */
export type LocalFile = { path: string; stamp: string; sha256: string; csv?: CsvOptions };

/** The files, and all files of the folders and their folders but hidden ones. Throws 404 for a path that is neither. */
export async function describeFiles(paths: string[], csv: CsvFlags = {}): Promise<LocalFile[]> {
	const files: LocalFile[] = [];
	for (const path of paths) {
		for (const [found, stamp] of await findFiles(path)) files.push(await describeFile(found, stamp, csv));
	}
	return files;
}

/** Reads a file for its content's hash. The stamp is from before, so that what is written meanwhile shows. */
export async function describeFile(path: string, stamp: string, flags: CsvFlags): Promise<LocalFile> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(path), hash);
	return { path, stamp, sha256: hash.digest("hex"), csv: csvOptionsFor(path, flags) };
}

/** The path itself or all files under it, each with its stamp. */
export async function findFiles(given: string): Promise<[path: string, stamp: string][]> {
	const path = normalize(given);
	const entry = await stat(path).catch(() => undefined);
	if (!entry) throw new ExcerptError("not_found", `There is no file or folder '${path}'.`);
	if (!entry.isDirectory()) return [[path, `${entry.size} ${entry.mtimeMs}`]];
	const names = (await readdir(path)).filter((name) => !name.startsWith(".")).sort();
	return (await Promise.all(names.map((name) => findFiles(join(path, name))))).flat();
}
