import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What must become of a file: it is read, it is refused, or either, as long as it ends and says why. */
export type Verdict = "read" | "refused" | "either";

/** A file of a set. `saying`: what the user is told where it is refused. `values`: what its text holds where it is read. */
export type Sample = { path: string; verdict: Verdict; saying?: RegExp; values?: string[] };

export type SampleSet = { name: string; samples: Sample[] };

type Rule = (path: string) => Omit<Sample, "path">;

/** The sets that the folder holds. What is expected of a file stands in its name, in a manifest or in a file beside it. */
export function setsOf(folder: string): SampleSet[] {
	const set = (name: string, pattern: RegExp, rule: Rule): SampleSet => {
		return { name, samples: samplesOf(join(folder, name), pattern, rule) };
	};
	return [
		set("pdf_robust", /\.pdf$/, pdfRule(join(folder, "pdf_robust"))),
		set("json_edge", /\.json$/, jsonRule),
		set("csv_edge", /\.csv$/, csvRule),
		set("ocr", /\.(pdf|png|tif)$/, () => ({ verdict: "either" })),
		set("pdf_extract", /\.pdf$/, pdfRule(join(folder, "pdf_extract"))),
	].filter(({ samples }) => samples.length > 0);
}

function samplesOf(folder: string, pattern: RegExp, rule: Rule): Sample[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.map((name) => join(folder, name))
		.filter((path) => pattern.test(path) && statSync(path).isFile())
		.sort()
		.map((path) => ({ path, ...rule(path) }));
}

/** A line of a manifest of PDFs: what it is there for, and what PDFium made of it, with its password where it has one. */
type Entry = {
	file: string;
	category?: string;
	kind?: string;
	pdfium?: { chars?: number };
	pdfium_chars?: number;
	pdfium_without_password?: { error?: string };
};

/** What PDFium reads must be read, unless it is there to use up time or memory; what is locked says so. */
function pdfRule(folder: string): Rule {
	const manifest = join(folder, "manifest.jsonl");
	const lines = existsSync(manifest) ? readFileSync(manifest, "utf8").trim().split("\n") : [];
	const entries = new Map(
		lines.map((line): [string, Entry] => {
			const entry: Entry = JSON.parse(line);
			return [join(folder, entry.file), entry];
		}),
	);
	return (path) => {
		const { category, kind, pdfium, pdfium_chars, pdfium_without_password } = entries.get(path) ?? {};
		const characters = pdfium?.chars ?? pdfium_chars ?? 0;
		const opens = characters > 0 && !pdfium_without_password?.error;
		if (kind === "password test" || (category === "encrypted" && !opens)) {
			return { verdict: "refused", saying: /password/ };
		}
		const hostile = ["fuzzed", "deep", "bomb", "many_pages"].includes(category ?? "");
		return { verdict: opens && !hostile ? "read" : "either" };
	};
}

/** JSONTestSuite says it by the name: y_ must parse, n_ must not, i_ and what is to be transformed may. */
function jsonRule(path: string): Omit<Sample, "path"> {
	const [kind] = basename(path).split("_");
	if (basename(dirname(path)) !== "test_parsing" || kind === "i") return { verdict: "either" };
	return kind === "y"
		? { verdict: "read" }
		: { verdict: "refused", saying: /line \d+, column \d+|is empty|nested deeper/ };
}

/**
 * csv-spectrum keeps `json/X.json`, the row or rows of `csvs/X.csv`, in which every value is a string. Those are
 * expected that the CSV's text holds: one of the files was changed after its rows were written down.
 */
function csvRule(path: string): Omit<Sample, "path"> {
	const rowsPath = join(dirname(path), "../json", basename(path).replace(/csv$/, "json"));
	if (!existsSync(rowsPath)) return { verdict: "read" };
	const rows: Record<string, string> | Record<string, string>[] = JSON.parse(readFileSync(rowsPath, "utf8"));
	const text = readFileSync(path, "utf8").replaceAll('""', '"');
	const values = [rows].flat().flatMap((row) => Object.values(row));
	return { verdict: "read", values: values.filter((value) => text.includes(value)) };
}
