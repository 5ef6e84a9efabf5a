import { ExcerptError } from "../../src/errors.ts";
import type { Source } from "./parser.ts";

/** `invalid_file` in one shape: the file's name, then `problem`, which reads on from it ("is empty"). */
export function invalidFile(source: Pick<Source, "filename">, problem: string, cause?: unknown): ExcerptError {
	return new ExcerptError("invalid_file", `${source.filename} ${problem}`, { cause });
}
