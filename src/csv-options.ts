import { z } from "@hono/zod-openapi";
import iconv from "iconv-lite";

/** Delimiters by name, for forms and shells in which the character itself is hard to write. */
const NAMED: Record<string, string> = { tab: "\t", "\\t": "\t", comma: ",", semicolon: ";", pipe: "|" };

/** iconv-lite calls these encodings too, but they write bytes as text, not text as bytes. */
const NO_TEXT = /^(hex|base64)$/i;

/** What ends a field or a row by itself, or what Postgres cannot store. */
const NO_DELIMITER = /["\r\n\0\uFEFF\p{Cs}]/u;

/**
 * What the user says of a CSV file, in place of what would be detected, as the wire takes it and the database keeps it:
 * `delimiter` is one character, `header` is false where the first row is data (the columns are then called `column 1`,
 * `column 2` …), `encoding` is a name that iconv-lite knows, such as `shift_jis`.
 */
export const csvOptionsSchema = z
	.object({
		delimiter: z
			.string()
			.transform((given) => NAMED[given.toLowerCase()] ?? given)
			.refine(
				(given) => [...given].length === 1 && !NO_DELIMITER.test(given),
				"must be one character, neither a quotation mark nor a line end; or tab, comma, semicolon or pipe",
			)
			.optional(),
		header: z.boolean().optional(),
		encoding: z
			.string()
			.trim()
			.refine(
				(given) => iconv.encodingExists(given) && !NO_TEXT.test(given),
				"no encoding of that name is known; try utf-8, windows-1252 or shift_jis",
			)
			.optional(),
	})
	.openapi("CsvOptions");

export type CsvOptions = z.output<typeof csvOptionsSchema>;
