/**
 * How fast files become askable: `TEST_DATABASE_URL=postgres://… node bench/ingest.ts [FOLDER] [SETS]`, where the folder
 * (../shared/data by default) holds sec10q, open_data, chroma_chunking and demo, and SETS are some of PDF,CSV,JSONL,TXT.
 *
 * Side by side, in one run, on the same files, Postgres and embedding server (a stub in this process): the parsers alone
 * on all cores, the service over HTTP without and with embeddings, and for PDF LangChain.js, which
 * `npm ci --prefix bench --legacy-peer-deps` installs. The middle of three rounds. "memory" is the peak of the process
 * and, behind the plus, of the largest parser process it starts.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
	type Measured,
	measureExcerpt,
	measureLangChain,
	measureRawParser,
	withDatabase,
} from "./ingest/contenders.ts";
import { type FileSet, fileSets } from "./ingest/file-sets.ts";
import { DIMENSIONS, startStubEmbedder } from "./ingest/stub-embedder.ts";
import { printTable } from "./table.ts";

const ROUNDS = Number(process.env.ROUNDS ?? 3);
const [folder = "../shared/data", wanted = "PDF,CSV,JSONL,TXT"] = process.argv.slice(2);
const serverUrl = process.env.TEST_DATABASE_URL;
if (!serverUrl)
	throw new Error("Set TEST_DATABASE_URL to a Postgres with pgvector: scripts/postgres.sh start DIR prints one.");
const hasLangChain = existsSync(fileURLToPath(new URL("./node_modules/@langchain", import.meta.url)));
if (!hasLangChain) console.error("Without LangChain.js: npm ci --prefix bench --legacy-peer-deps");

const scratch = mkdtempSync(join(tmpdir(), "excerpt-bench-"));
const stub = await startStubEmbedder();
const sets = fileSets(folder, scratch).filter(({ name }) => wanted.split(",").includes(name));
const rows: string[][] = [];
for (const set of sets) {
	const contenders: [string, () => Promise<Measured>][] = [
		["parser alone, all cores", () => measureRawParser(set)],
		["Excerpt", () => withDatabase(serverUrl, (url) => measureExcerpt(set, url, null))],
		["Excerpt, embedded", () => withDatabase(serverUrl, (url) => measureExcerpt(set, url, stub.url))],
	];
	if (hasLangChain && set.name === "PDF") {
		contenders.push([
			"LangChain.js, embedded",
			() => withDatabase(serverUrl, (url) => measureLangChain(set, url, stub.url)),
		]);
	}
	const runs = contenders.map((): Measured[] => []);
	for (let round = 0; round < ROUNDS; round++) {
		for (const [place, [, measure]] of contenders.entries()) runs[place]?.push(await measure());
	}
	const middle = runs.map((all) => all.toSorted((a, b) => a.seconds - b.seconds)[all.length >> 1] as Measured);
	for (const [place, [name]] of contenders.entries())
		rows.push(row(set, name, middle[place] as Measured, middle[0] as Measured));
}
console.log(
	`${sets.map(({ name, files, megabytes }) => `${name}: ${files.length} files, ${megabytes.toFixed(1)} MB`).join("; ")}. ${DIMENSIONS}-dimensional vectors, ${cpus().length} cores, Node ${process.version}\n`,
);
printTable(["files", "reader", "seconds", "pages/s", "MB/s", "chunks/s", "of the parser", "memory MB"], rows);
stub.stop();
rmSync(scratch, { recursive: true });

function row(
	set: FileSet,
	name: string,
	{ seconds, pages, chunks, ownMb, parserMb }: Measured,
	raw: Measured,
): string[] {
	const number = (value: number, digits = 0) => (Number.isNaN(value) ? "" : value.toFixed(digits));
	return [
		set.name,
		name,
		number(seconds, 1),
		pages > 0 ? number(pages / seconds) : "",
		number(set.megabytes / seconds, 1),
		number(chunks / seconds),
		`${number((100 * raw.seconds) / seconds)} %`,
		Number.isNaN(ownMb) ? "" : `${number(ownMb)}${Number.isNaN(parserMb) ? "" : ` + ${number(parserMb)} a parser`}`,
	];
}
