import type { Handle } from "../db/handle.ts";

/** The vectors of a comparison's questions by one model, by question. */
export async function getQuestionVectors(
	db: Handle,
	comparisonId: string,
	model: string,
): Promise<Map<string, number[]>> {
	const { rows } = await db.query<{ question: string; embedding: number[] }>(
		"SELECT question, embedding FROM question_vectors WHERE comparison_id = $1 AND embedding_model = $2",
		[comparisonId, model],
	);
	return new Map(rows.map(({ question, embedding }) => [question, embedding]));
}

/** Keeps them until the comparison ends; where it has ended, nothing. */
export async function keepQuestionVectors(
	db: Handle,
	comparisonId: string,
	model: string,
	vectors: { question: string; embedding: number[] }[],
): Promise<void> {
	await db.query(
		`INSERT INTO question_vectors (comparison_id, project_id, embedding_model, question, embedding)
		 SELECT c.id, c.project_id, $2, v.question, v.embedding
		 FROM comparisons c, jsonb_to_recordset($3::jsonb) AS v (question text, embedding double precision[])
		 WHERE c.id = $1 AND c.status IN ('queued', 'in_progress')
		 ON CONFLICT DO NOTHING`,
		[comparisonId, model, JSON.stringify(vectors)],
	);
}

export async function clearQuestionVectors(db: Handle, comparisonId: string): Promise<void> {
	await db.query("DELETE FROM question_vectors WHERE comparison_id = $1", [comparisonId]);
}
