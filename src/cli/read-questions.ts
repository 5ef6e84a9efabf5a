import { readFile } from "node:fs/promises";
import { z } from "@hono/zod-openapi";
import type { ComparisonQuestion, EvidencePointer } from "../comparison.ts";
import { ExcerptError, messageOf } from "../errors.ts";

/** The ids of a store's files by what a line may call them: their name, or the path they were ingested from. */
export type FileIds = ReadonlyMap<string, readonly string[]>;

const PLACES = ["quote", "page", "row", "json_pointer"] as const;
/** So many mistakes of a file are told at once. */
const TOLD = 10;

const evidenceSchema = z
	.strictObject({
		file: z.string().min(1).optional(),
		file_id: z.string().min(1).optional(),
		quote: z.string().min(1).optional(),
		page: z.int().min(1).optional(),
		row: z.int().min(0).optional(),
		json_pointer: z.string().optional(),
	})
	.refine(({ file, file_id }) => (file === undefined) !== (file_id === undefined), "needs either file or file_id")
	.refine(
		(evidence) => PLACES.filter((place) => evidence[place] !== undefined).length === 1,
		`needs exactly one of ${PLACES.join(", ")}`,
	);

const lineSchema = z.strictObject({
	question: z.string().min(1),
	evidence: z.array(evidenceSchema).min(1),
	answer: z.string().optional(),
});

/** Reads a file of questions, as `parseQuestions`; a file that cannot be read is an error, too. */
export async function readQuestions(path: string, files: FileIds): Promise<ComparisonQuestion[]> {
	const text = await readFile(path, "utf8").catch((error) => {
		throw new ExcerptError("not_found", `${path} cannot be read: ${messageOf(error)}`);
	});
	return parseQuestions(text, path, files);
}

/**
 * One JSON object a line, `{question, evidence: [{file | file_id, quote | page | row | json_pointer}], answer?}`; empty
 * lines count but say nothing. Throws what is wrong by `source` and line, the first ten mistakes at once.
 */
export function parseQuestions(text: string, source: string, files: FileIds): ComparisonQuestion[] {
	const questions: ComparisonQuestion[] = [];
	const mistakes: string[] = [];
	for (const [place, line] of text
		.replace(/^\uFEFF/, "")
		.split(/\r?\n/)
		.entries()) {
		if (line.trim() === "") continue;
		try {
			questions.push(parseLine(line, files));
		} catch (error) {
			mistakes.push(`${source}:${place + 1}: ${messageOf(error)}`);
		}
	}
	if (mistakes.length > 0) {
		const more = mistakes.length > TOLD ? [`and ${mistakes.length - TOLD} lines more`] : [];
		throw new ExcerptError("invalid_value", [...mistakes.slice(0, TOLD), ...more].join("\n"));
	}
	if (questions.length === 0) throw new ExcerptError("invalid_value", `${source} holds no question.`);
	return questions;
}

function parseLine(line: string, files: FileIds): ComparisonQuestion {
	const parsed = lineSchema.safeParse(JSON.parse(line));
	if (!parsed.success) throw new Error(parsed.error.issues.map(describeIssue).join("; "));
	const { evidence, ...question } = parsed.data;
	return {
		...question,
		evidence: evidence.map(({ file, ...pointer }): EvidencePointer => {
			const { file_id = idOf(file as string, files) } = pointer;
			return { ...pointer, file_id };
		}),
	};
}

/** `evidence[0].page: Too small: …` */
function describeIssue({ path, message }: z.core.$ZodIssue): string {
	const where = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
	return where ? `${where.slice(1)}: ${message}` : message;
}

function idOf(name: string, files: FileIds): string {
	const [id, ...others] = files.get(name) ?? [];
	if (id === undefined) throw new Error(`the vector store has no file '${name}'`);
	if (others.length === 0) return id;
	throw new Error(
		`the vector store has ${others.length + 1} files '${name}': say which by file_id (${[id, ...others].join(", ")})`,
	);
}
