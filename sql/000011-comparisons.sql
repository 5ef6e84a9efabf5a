-- Chunk settings compared on questions whose answers are known: what was asked for, how far it is, and what came out.

CREATE TABLE comparisons (
	id text PRIMARY KEY,
	seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	project_id text NOT NULL DEFAULT 'default',
	vector_store_id text NOT NULL REFERENCES vector_stores ON DELETE CASCADE,
	status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'in_progress', 'completed', 'failed', 'cancelled')),
	-- In their order; the first are what the others are measured against.
	settings jsonb NOT NULL,
	-- As they were given, or written by a model so far.
	questions jsonb NOT NULL,
	-- So many questions a model is to write; null: they were given.
	generate int,
	-- What that took so far.
	generated jsonb,
	-- Who writes them, and whose price sending is told at; null: nobody is set.
	model text,
	-- So many files a sample is to have; null: all that there are.
	sample_files int,
	-- What chance does, it does again after a crash.
	seed int NOT NULL,
	-- How many files were drawn, of how many.
	sample jsonb,
	-- The questions whose evidence was found, with its places, and those that cannot be asked.
	found jsonb,
	progress jsonb,
	last_error jsonb,
	results jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	ended_at timestamptz
);
CREATE INDEX comparisons_store ON comparisons (vector_store_id, seq);

-- The files of a sample; a comparison without one has none here.
CREATE TABLE comparison_files (
	comparison_id text NOT NULL REFERENCES comparisons ON DELETE CASCADE,
	file_id text NOT NULL REFERENCES files ON DELETE CASCADE,
	project_id text NOT NULL DEFAULT 'default',
	PRIMARY KEY (comparison_id, file_id)
);
CREATE INDEX comparison_files_file ON comparison_files (file_id);

-- What is done of each of the settings, step by step: a killed worker's successor goes on from here.
CREATE TABLE compared_settings (
	comparison_id text NOT NULL REFERENCES comparisons ON DELETE CASCADE,
	place int NOT NULL,
	project_id text NOT NULL DEFAULT 'default',
	-- The index that is asked: one that was there, or a hidden one.
	index_id bigint,
	-- What building it took so far: tokens that were really sent, and seconds.
	tokens_embedded bigint NOT NULL DEFAULT 0,
	seconds double precision NOT NULL DEFAULT 0,
	-- What each question found, in their order; null until all were asked.
	outcomes jsonb,
	PRIMARY KEY (comparison_id, place)
);

-- Built to be compared: nobody is answered from it, it is not kept up to date, and it goes with its comparison. No
-- foreign key: the index must stay hidden until it is removed, also where the comparison's row went first.
ALTER TABLE indexes ADD COLUMN comparison_id text;
CREATE INDEX indexes_comparison ON indexes (comparison_id) WHERE comparison_id IS NOT NULL;

-- A store has one build of its own at a time; comparisons build beside it.
DROP INDEX indexes_build;
CREATE UNIQUE INDEX indexes_build ON indexes (vector_store_id)
	WHERE status IN ('queued', 'building') AND removed_at IS NULL AND comparison_id IS NULL;
