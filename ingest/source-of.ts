import type { FileRow } from "../src/store/files.ts";
import type { Source } from "./parse/parser.ts";

/** A stored file as parsers take it; `path` is where its bytes are. */
export function sourceOf(file: Pick<FileRow, "filename" | "bytes" | "csv">, path: string): Source {
	return { path, filename: file.filename, bytes: file.bytes, ...(file.csv && { csv: file.csv }) };
}
