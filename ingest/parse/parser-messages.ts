import type { ErrorCode } from "../../src/errors.ts";
import type { AssembledPart, DocumentTotals } from "../assemble.ts";
import type { Source } from "./parser.ts";

/** Parts that a parser process may be ahead of the consumer: one on its way, one being made. */
export const CREDITS = 2;

/** To a parser process: parse a file, or go on because a part was taken. */
export type ToProcess = { type: "parse"; source: Source } | { type: "taken" };

/**
 * From a parser process. `workedMs` is the time it has spent on the file so far, without waiting for the
 * consumer; `residentMb` is the memory that it holds on to afterwards.
 */
export type FromProcess =
	| { type: "part"; part: AssembledPart; workedMs: number }
	| { type: "end"; totals: DocumentTotals; residentMb: number }
	/** A `code` makes it an ExcerptError; a missing or unreadable blob has none. */
	| { type: "error"; code?: ErrorCode; message: string; stack?: string; residentMb: number };
