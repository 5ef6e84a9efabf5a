import pMap from "p-map";
import type { ComparisonQuestion } from "../src/comparison.ts";
import { ExcerptError } from "../src/errors.ts";
import { costAt, type Prices } from "../src/models/prices.ts";
import { type ComparisonRow, type Generated, getQuestions, keepGenerated } from "../src/store/comparisons.ts";
import { findFiles } from "../src/store/files.ts";
import type { HeldFile } from "../src/store/lacking-files.ts";
import type { Usage } from "../src/types.ts";
import type { LabDeps } from "./deps.ts";
import { pickPassage } from "./pick-passage.ts";
import { randomOf } from "./random.ts";
import type { Report } from "./report-progress.ts";
import { writeQuestion } from "./write-question.ts";

/** Tries for each question that is wanted: small models misquote. */
const TRIES = 3;
/** Calls to the model at a time; as many are lost where the process dies. */
const CONCURRENCY = 4;

type Held = HeldFile & { length: number };
type Try = { question: ComparisonQuestion | null; usage: Usage | null };

/**
 * Has the comparison's model write as many questions as were asked for about passages of chance, each with quotes that were
 * checked; what is no use is dropped, and after three tries a question those that there are have to do. Throws where
 * there is none. What was written before a crash is kept.
 */
export async function generateQuestions(
	deps: LabDeps,
	comparison: ComparisonRow,
	held: Held[],
	report: Report,
	signal: AbortSignal,
): Promise<void> {
	const { db, prices } = deps;
	const { id, generate, model } = comparison as ComparisonRow & { generate: number; model: string };
	if (held.every(({ length }) => length === 0)) throw nothingToAskAbout();
	let generated = comparison.generated ?? NOTHING;
	while (generated.kept < generate && generated.asked < TRIES * generate) {
		await report({ stage: "generate", done: generated.kept, of: generate, unit: "questions" });
		const count = Math.min(CONCURRENCY, generate - generated.kept, TRIES * generate - generated.asked);
		const numbers = Array.from({ length: count }, (_, place) => generated.asked + place);
		const tries = await pMap(numbers, (number) => tryOne(deps, comparison, held, number, signal), {
			concurrency: CONCURRENCY,
		});
		const known = new Set((await getQuestions(db, id)).map(({ question }) => question));
		const fresh = tries.flatMap(({ question }) => {
			if (!question || known.has(question.question)) return [];
			known.add(question.question);
			return [question];
		});
		const usages = tries.map(({ usage }) => usage);
		generated = added(generated, count, fresh.length, usages, prices, model);
		await keepGenerated(db, id, generated, fresh);
	}
	if (generated.kept === 0) throw nothingWritten(model, generated.asked);
}

const NOTHING: Generated = { asked: 0, kept: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 };

async function tryOne(
	{ db, chat }: LabDeps,
	{ project_id, seed, model }: ComparisonRow,
	held: Held[],
	number: number,
	signal: AbortSignal,
): Promise<Try> {
	const passage = await pickPassage(db, held, randomOf(seed + number));
	const [file] = passage ? await findFiles(db, project_id, [passage.file_id]) : [];
	if (!passage || !file) return { question: null, usage: null };
	const { filename } = file;
	const { written, usage } = await writeQuestion(chat, model as string, { filename, text: passage.text }, signal);
	if (!written) return { question: null, usage };
	const { question, quotes, answer } = written;
	const evidence = quotes.map((quote) => ({ file_id: file.id, quote }));
	return { question: { question, evidence, ...(answer && { answer }) }, usage };
}

function added(
	before: Generated,
	asked: number,
	kept: number,
	usages: (Usage | null)[],
	prices: Prices,
	model: string,
): Generated {
	const sum = { ...before, asked: before.asked + asked, kept: before.kept + kept };
	for (const usage of usages) {
		if (!usage) continue;
		sum.input_tokens += usage.input_tokens;
		sum.output_tokens += usage.output_tokens;
		const price = prices.of(model, usage.input_tokens);
		sum.cost_usd = price && sum.cost_usd !== null ? sum.cost_usd + costAt(price, usage) : null;
	}
	return sum;
}

function nothingToAskAbout(): ExcerptError {
	return new ExcerptError(
		"invalid_value",
		"The vector store holds no text that could be asked about. Add files, and wait until they are read.",
	);
}

function nothingWritten(model: string, tries: number): ExcerptError {
	return new ExcerptError(
		"upstream_error",
		`In ${tries} tries '${model}' wrote no question with quotes that stand in the documents. Name another 'model', or give questions.`,
	);
}
