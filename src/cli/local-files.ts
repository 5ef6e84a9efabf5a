import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";
import type { CsvOptions } from "../csv-options.ts";
import { ExcerptError } from "../errors.ts";
import { type CsvFlags, csvOptionsFor } from "./csv-flags.ts";

/** A file on this machine as it shall be in a store. */
export type LocalFile = { path: string; sha256: string; csv?: CsvOptions };

/** The files themselves, and all files of the folders and their folders but hidden ones. Throws 404 for a path that is neither. */
export async function findLocalFiles(paths: string[]): Promise<string[]> {
	const found: string[] = [];
	for (const path of paths) found.push(...(await filesUnder(normalize(path))));
	return found;
}

/** Reads a file for its content's hash. */
export async function describeFile(path: string, flags: CsvFlags): Promise<LocalFile> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(path), hash);
	return { path, sha256: hash.digest("hex"), csv: csvOptionsFor(path, flags) };
}

async function filesUnder(path: string): Promise<string[]> {
	const entry = await stat(path).catch(() => undefined);
	if (!entry) throw new ExcerptError("not_found", `There is no file or folder '${path}'.`);
	if (!entry.isDirectory()) return [path];
	const names = (await readdir(path)).filter((name) => !name.startsWith(".")).sort();
	return (await Promise.all(names.map((name) => filesUnder(join(path, name))))).flat();
}
