import { type Command, InvalidArgumentError } from "commander";
import { type CsvOptions, csvOptionsSchema } from "../csv-options.ts";

/** What commander makes of the flags. */
export type CsvFlags = { csvDelimiter?: string; csvHeader?: boolean; csvEncoding?: string };

/** Adds the flags that say how CSV files are to be read. */
export function addCsvFlags(command: Command): Command {
	return command
		.option(
			"--csv-delimiter <character>",
			"what divides the fields of CSV files, or tab, comma, semicolon, pipe; detected where not given",
			(given) => checked({ delimiter: given }).delimiter,
		)
		.option("--csv-header", "the first row of CSV files names the columns")
		.option("--no-csv-header", "the first row of CSV files is data")
		.option(
			"--csv-encoding <name>",
			"what CSV files are written in, such as latin1 or shift_jis",
			(given) => checked({ encoding: given }).encoding,
		);
}

/** The flags as the API takes them; undefined where none was given, or where the file's name is not that of a CSV file. */
export function csvOptionsFor(
	path: string,
	{ csvDelimiter: delimiter, csvHeader: header, csvEncoding: encoding }: CsvFlags,
): CsvOptions | undefined {
	if (!/\.(csv|tsv|tab)$/i.test(path)) return undefined;
	const options = {
		...(delimiter !== undefined && { delimiter }),
		...(header !== undefined && { header }),
		...(encoding !== undefined && { encoding }),
	};
	return Object.keys(options).length > 0 ? options : undefined;
}

function checked(options: CsvOptions): CsvOptions {
	const parsed = csvOptionsSchema.safeParse(options);
	if (parsed.success) return parsed.data;
	throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? "is not valid");
}
