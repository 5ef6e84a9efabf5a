import { type ComparisonResults, NOTICED, type QuestionResult, spreadOf } from "../comparison.ts";

/** A question of which two settings send different shares of the evidence, 0..1. */
export type Contest = { question: QuestionResult; share: number; baselineShare: number };
/** What one of the settings finds beside the baseline; the widest differences first. */
export type Contests = { name: string; baseline: string; more: Contest[]; less: Contest[]; same: number };

/** Of each of the settings but the first: the questions it sends more of the evidence of than the first, and less. */
export function contestsOf({ settings, questions }: ComparisonResults): Contests[] {
	const baseline = settings[0]?.name ?? "";
	return settings.slice(1).map(({ name }, place) => {
		const contests = questions
			.map((question) => ({
				question,
				share: shareOf(question, place + 1),
				baselineShare: shareOf(question, 0),
			}))
			.filter(({ share, baselineShare }) => Math.abs(share - baselineShare) >= NOTICED)
			.toSorted((a, b) => Math.abs(b.share - b.baselineShare) - Math.abs(a.share - a.baselineShare));
		return {
			name,
			baseline,
			more: contests.filter(({ share, baselineShare }) => share > baselineShare),
			less: contests.filter(({ share, baselineShare }) => share < baselineShare),
			same: questions.length - contests.length,
		};
	});
}

/** The questions that settings send different shares of the evidence of, the widest differences first. */
export function differingQuestions({ questions }: ComparisonResults): QuestionResult[] {
	return questions.filter((question) => spreadOf(question) >= NOTICED).toSorted((a, b) => spreadOf(b) - spreadOf(a));
}

function shareOf({ measures }: QuestionResult, place: number): number {
	return measures[place]?.recall_in_budget ?? 0;
}
