-- The main line: files, what they say, the sets they belong to, and the chunks that answer questions.
-- project_id is on every table from the first day; until keys exist there is one project, 'default'.
-- Sort keys are called seq: creation times repeat within a second, a list's cursor may not.

CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TABLE files (
	id text PRIMARY KEY,
	seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	project_id text NOT NULL DEFAULT 'default',
	filename text NOT NULL,
	purpose text NOT NULL,
	bytes bigint NOT NULL,
	sha256 text NOT NULL,
	-- Set once, when a parser has read the file to its end.
	document_id text,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz
);
CREATE INDEX files_project ON files (project_id, purpose, seq);
CREATE INDEX files_expiry ON files (expires_at) WHERE expires_at IS NOT NULL;

-- What a file says. A row appears when parsing begins and counts only once its file points to it:
-- a parser that died leaves a document that nobody points to.
CREATE TABLE documents (
	id text PRIMARY KEY,
	project_id text NOT NULL DEFAULT 'default',
	file_id text NOT NULL REFERENCES files ON DELETE CASCADE,
	-- UTF-16 units, as JavaScript counts.
	length bigint NOT NULL DEFAULT 0,
	tokens bigint NOT NULL DEFAULT 0,
	facts jsonb NOT NULL DEFAULT '{}',
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX documents_file ON documents (file_id);

CREATE TABLE document_parts (
	document_id text NOT NULL REFERENCES documents ON DELETE CASCADE,
	project_id text NOT NULL DEFAULT 'default',
	ordinal int NOT NULL,
	start_offset bigint NOT NULL,
	end_offset bigint NOT NULL,
	text text NOT NULL,
	-- The blocks that begin in this part: [{kind, start, end, tokens, location}], offsets within the document.
	blocks jsonb NOT NULL,
	PRIMARY KEY (document_id, ordinal)
);

CREATE TABLE vector_stores (
	id text PRIMARY KEY,
	seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	project_id text NOT NULL DEFAULT 'default',
	name text NOT NULL DEFAULT '',
	description text,
	metadata jsonb NOT NULL DEFAULT '{}',
	expires_after_days int,
	last_active_at timestamptz NOT NULL DEFAULT now(),
	created_at timestamptz NOT NULL DEFAULT now(),
	active_index_id bigint NOT NULL
);
CREATE INDEX vector_stores_project ON vector_stores (project_id, seq);

-- One generation of a vector store: all its chunks under one set of settings and one embedding model.
CREATE TABLE indexes (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	public_id text NOT NULL UNIQUE,
	project_id text NOT NULL DEFAULT 'default',
	vector_store_id text NOT NULL,
	chunking_strategy jsonb NOT NULL,
	embedding_model text,
	embedding_dimensions int,
	-- A text search configuration: how words are stemmed and which are stop words.
	language text NOT NULL DEFAULT 'english',
	-- The statistics of BM25, kept with every batch of chunks written or removed.
	chunk_count bigint NOT NULL DEFAULT 0,
	length_total bigint NOT NULL DEFAULT 0,
	last_term_id int NOT NULL DEFAULT 0,
	-- The average chunk length that all weights of the index are computed with. The settle job brings it, and them, to the
	-- present average when that has moved away.
	weighed_at real,
	-- While they are computed anew: the id of the chunk up to which that is done.
	reweighed_to bigint,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX indexes_store ON indexes (vector_store_id);

CREATE TABLE file_batches (
	id text PRIMARY KEY,
	project_id text NOT NULL DEFAULT 'default',
	vector_store_id text NOT NULL REFERENCES vector_stores ON DELETE CASCADE,
	cancelled_at timestamptz,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE vector_store_files (
	vector_store_id text NOT NULL REFERENCES vector_stores ON DELETE CASCADE,
	file_id text NOT NULL REFERENCES files ON DELETE CASCADE,
	seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	project_id text NOT NULL DEFAULT 'default',
	status text NOT NULL DEFAULT 'in_progress' CHECK (status IN ('in_progress', 'completed', 'failed', 'cancelled')),
	last_error jsonb,
	-- null: the store's own.
	chunking_strategy jsonb,
	attributes jsonb NOT NULL DEFAULT '{}',
	usage_bytes bigint NOT NULL DEFAULT 0,
	-- Counts up each time the file is attached; a job that was sent for an earlier attachment finds itself overtaken.
	attachment int NOT NULL DEFAULT 1,
	-- What the worker is doing, for those who wait: parse, chunk, …; how far; and why it waits, if it does.
	stage text,
	progress jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (vector_store_id, file_id)
);
CREATE INDEX vector_store_files_list ON vector_store_files (vector_store_id, seq);
CREATE INDEX vector_store_files_file ON vector_store_files (file_id);
CREATE INDEX vector_store_files_attributes ON vector_store_files USING gin (vector_store_id, attributes);

CREATE TABLE file_batch_files (
	batch_id text NOT NULL REFERENCES file_batches ON DELETE CASCADE,
	file_id text NOT NULL,
	project_id text NOT NULL DEFAULT 'default',
	PRIMARY KEY (batch_id, file_id)
);

-- Numbers of revisions. Never given out twice: chunks of one that was given up lie about until they are swept, and must
-- not come to light under another's name.
CREATE SEQUENCE revisions;

-- A file's place in an index. Chunks are written under a new revision and become visible when `live_revision` names it:
-- one row flips, however many chunks there are.
CREATE TABLE index_files (
	index_id bigint NOT NULL REFERENCES indexes ON DELETE CASCADE,
	project_id text NOT NULL DEFAULT 'default',
	file_id text NOT NULL,
	document_id text NOT NULL,
	live_revision bigint,
	building_revision bigint,
	-- Name and title of the document, split into words, for the document-level score.
	name_lexemes tsvector NOT NULL DEFAULT '',
	PRIMARY KEY (index_id, file_id)
);
CREATE INDEX index_files_names ON index_files USING gin (index_id, name_lexemes);

-- Every query on chunks filters by index_id, so that the table can be partitioned or distributed by it.
CREATE TABLE chunks (
	index_id bigint NOT NULL,
	id bigint GENERATED ALWAYS AS IDENTITY,
	project_id text NOT NULL DEFAULT 'default',
	file_id text NOT NULL,
	revision bigint NOT NULL,
	ordinal int NOT NULL,
	start_offset bigint NOT NULL,
	end_offset bigint NOT NULL,
	text text NOT NULL,
	context text NOT NULL,
	tokens int NOT NULL,
	location jsonb NOT NULL,
	-- Of context and text; equal hashes under one embedding model have equal vectors.
	content_hash bytea NOT NULL,
	lexemes tsvector NOT NULL,
	-- Lexemes counted with repetition: BM25's document length.
	length int NOT NULL,
	-- BM25 term weights at the positions of index_terms.id.
	weights sparsevec NOT NULL,
	embedding halfvec,
	PRIMARY KEY (index_id, id)
);
CREATE UNIQUE INDEX chunks_place ON chunks (index_id, file_id, revision, ordinal);
CREATE INDEX chunks_lexemes ON chunks USING gin (index_id, lexemes);

CREATE TABLE index_terms (
	index_id bigint NOT NULL,
	project_id text NOT NULL DEFAULT 'default',
	term text NOT NULL,
	id int NOT NULL,
	-- Chunks that hold the term.
	df int NOT NULL,
	PRIMARY KEY (index_id, term)
);

CREATE TABLE responses (
	id text PRIMARY KEY,
	seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	project_id text NOT NULL DEFAULT 'default',
	previous_response_id text,
	-- Items as the client sent them, each with its id.
	input jsonb NOT NULL,
	-- The response object as the client received it.
	body jsonb NOT NULL,
	receipt jsonb,
	created_at timestamptz NOT NULL DEFAULT now()
);
