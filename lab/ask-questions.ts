import pMap from "p-map";
import type { ComparedSettings } from "../src/comparison.ts";
import { keepOutcomes, type Outcome } from "../src/store/compared-settings.ts";
import type { ComparisonRow, FoundQuestion } from "../src/store/comparisons.ts";
import { isStillThere } from "../src/store/hidden-indexes.ts";
import { askQuestion } from "./ask-question.ts";
import type { LabDeps } from "./deps.ts";
import type { QuestionEmbedder } from "./question-embedder.ts";
import type { Report } from "./report-progress.ts";

type Asked = { place: number; settings: ComparedSettings; index: number };

/** Asks an index all questions, and keeps what each found. Throws where the index was removed meanwhile. */
export async function askQuestions(
	deps: Omit<LabDeps, "embedder"> & { embedder: QuestionEmbedder | null },
	{ id, vector_store_id }: ComparisonRow,
	{ place, settings, index }: Asked,
	questions: FoundQuestion[],
	report: Report,
	signal: AbortSignal,
): Promise<void> {
	const { db, embedder, config } = deps;
	const { name: setting, embedding_model, context } = settings;
	const progress = (done: number) => ({ stage: "ask", setting, done, of: questions.length, unit: "questions" });
	await report(progress(0));
	const texts = questions.map(({ question }) => question);
	if (embedding_model !== null) await embedder?.learn(embedding_model, texts, signal);
	let done = 0;
	const asked = { vectorStoreId: vector_store_id, indexId: index, passageTokens: context.passage_tokens };
	const ask = async (question: FoundQuestion): Promise<Outcome> => {
		signal.throwIfAborted();
		const outcome = await askQuestion(deps, asked, question, signal);
		await report(progress(++done));
		return outcome;
	};
	const outcomes = await pMap(questions, ask, { concurrency: config.WORKER_CONCURRENCY });
	// An index without its chunks finds nothing, which would be taken for its figures.
	if (!(await isStillThere(db, index))) throw new Error(`index ${index} was removed while it was asked`);
	await keepOutcomes(db, id, place, outcomes);
}
