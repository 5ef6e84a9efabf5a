-- What a comparison's questions were embedded as, until it ends: a killed worker's successor does not pay for them again.
CREATE TABLE question_vectors (
	comparison_id text NOT NULL REFERENCES comparisons ON DELETE CASCADE,
	project_id text NOT NULL DEFAULT 'default',
	embedding_model text NOT NULL,
	question text NOT NULL,
	embedding double precision[] NOT NULL
);
-- Questions may be longer than a key.
CREATE UNIQUE INDEX question_vectors_question ON question_vectors (comparison_id, embedding_model, md5(question));
