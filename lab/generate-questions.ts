import type { ComparisonQuestion } from "../src/comparison.ts";
import { ExcerptError } from "../src/errors.ts";
import type { AnswerFormat } from "../src/models/chat-model.ts";
import { costAt, type Prices } from "../src/models/prices.ts";
import { type ComparisonRow, type Generated, getQuestions, keepGenerated } from "../src/store/comparisons.ts";
import { findFiles } from "../src/store/files.ts";
import type { HeldFile } from "../src/store/lacking-files.ts";
import type { Usage } from "../src/types.ts";
import type { LabDeps } from "./deps.ts";
import { pickPassage } from "./pick-passage.ts";
import { QuestionForms } from "./question-forms.ts";
import { randomOf } from "./random.ts";
import type { Report } from "./report-progress.ts";
import { writeQuestion } from "./write-question.ts";

/** Tries for each question that is wanted: small models misquote. */
const TRIES = 3;
/** Calls to the model at a time: no more than these are lost where the process dies. */
const CONCURRENCY = 4;

type Held = HeldFile & { length: number };
type Try = { number: number; question: ComparisonQuestion | null; usage: Usage | null };
/** A try that ended: what it brought, or what it failed with. */
type Ended = { number: number } & ({ brought: Try } | { failure: unknown });

/**
 * Has the comparison's model write as many questions as were asked for about passages of chance, each with quotes that were
 * checked; what is no use is dropped, and after three tries a question those that there are have to do. Throws where
 * there is none. Each is kept as it is written: a killed worker's successor pays for none of them again.
 */
export async function generateQuestions(
	deps: LabDeps,
	comparison: ComparisonRow,
	held: Held[],
	report: Report,
	signal: AbortSignal,
): Promise<void> {
	const { db, prices, log } = deps;
	const { id, generate, model } = comparison as ComparisonRow & { generate: number; model: string };
	if (held.every(({ length }) => length === 0)) throw nothingToAskAbout();
	let generated = comparison.generated ?? NOTHING;
	const known = new Set((await getQuestions(db, id)).map(({ question }) => question));
	const forms = new QuestionForms((refused, err) =>
		log.warn(
			{ comparison_id: id, model, refused, err },
			"the model's server refuses this form of answer; asking for less",
		),
	);
	const underWay = new Map<number, Promise<Ended>>();
	let failure: { reason: unknown } | undefined;
	for (;;) {
		const { kept, tried } = generated;
		const wanted = Math.min(generate - kept, TRIES * generate - tried.length, forms.isKnown ? CONCURRENCY : 1);
		const done = new Set(tried);
		for (let number = 0; !failure && underWay.size < wanted; number++) {
			if (done.has(number) || underWay.has(number)) continue;
			underWay.set(number, settled(number, tryOne(deps, comparison, held, number, forms, signal)));
		}
		if (underWay.size === 0) break;
		await report({ stage: "generate", done: kept, of: generate, unit: "questions" });
		const ended = await Promise.race(underWay.values());
		underWay.delete(ended.number);
		// The others are waited for: what they bring is paid for.
		if ("failure" in ended) failure ??= { reason: ended.failure };
		else {
			const { question } = ended.brought;
			const fresh = question && !known.has(question.question) ? [question] : [];
			for (const one of fresh) known.add(one.question);
			generated = added(generated, ended.brought, fresh.length, prices, model);
			await keepGenerated(db, id, generated, fresh);
		}
	}
	if (failure) throw failure.reason;
	if (generated.kept === 0) throw nothingWritten(model, generated.tried.length);
}

const NOTHING: Generated = { tried: [], kept: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0 };

async function tryOne(
	{ db, chat }: LabDeps,
	{ project_id, seed, model }: ComparisonRow,
	held: Held[],
	number: number,
	forms: QuestionForms,
	signal: AbortSignal,
): Promise<Try> {
	const passage = await pickPassage(db, held, randomOf(seed + number));
	const [file] = passage ? await findFiles(db, project_id, [passage.file_id]) : [];
	if (!passage || !file) return { number, question: null, usage: null };
	const about = { filename: file.filename, text: passage.text };
	const write = (format: AnswerFormat) => writeQuestion(chat, model as string, about, format, signal);
	const { written, usage } = await forms.ask(write);
	if (!written) return { number, question: null, usage };
	const { question, quotes, answer } = written;
	const evidence = quotes.map((quote) => ({ file_id: file.id, quote }));
	return { number, question: { question, evidence, ...(answer && { answer }) }, usage };
}

/** Never rejects: several are waited for at a time, and the first to fail must not leave the others unheard. */
async function settled(number: number, tried: Promise<Try>): Promise<Ended> {
	try {
		return { number, brought: await tried };
	} catch (failure) {
		return { number, failure };
	}
}

function added(before: Generated, { number, usage }: Try, kept: number, prices: Prices, model: string): Generated {
	const sum = { ...before, tried: [...before.tried, number], kept: before.kept + kept };
	if (!usage) return sum;
	const price = prices.of(model, usage.input_tokens);
	return {
		...sum,
		input_tokens: sum.input_tokens + usage.input_tokens,
		output_tokens: sum.output_tokens + usage.output_tokens,
		cost_usd: price && sum.cost_usd !== null ? sum.cost_usd + costAt(price, usage) : null,
	};
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
