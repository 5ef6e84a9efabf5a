-- What a chunk is searched by stands apart from what it says. A row with all of it is 2 KB and more: ranking 5,000
-- candidates read 5,000 pages, an exact scan of the vectors all 720 MB of 200,000 chunks, and weighing a chunk anew wrote
-- its text, its vector and an entry of every index again.
CREATE TABLE chunk_terms (
	index_id bigint NOT NULL,
	id bigint NOT NULL,
	project_id text NOT NULL DEFAULT 'default',
	revision bigint NOT NULL,
	-- The text search configuration that made the lexemes.
	language text NOT NULL,
	-- Lexemes counted with repetition: BM25's document length.
	length int NOT NULL,
	-- BM25 term weights at the positions of index_terms.id.
	weights sparsevec NOT NULL,
	lexemes tsvector NOT NULL,
	PRIMARY KEY (index_id, id)
);
CREATE TABLE chunk_vectors (
	index_id bigint NOT NULL,
	id bigint NOT NULL,
	project_id text NOT NULL DEFAULT 'default',
	revision bigint NOT NULL,
	-- Of context and text; equal hashes under one embedding model have equal vectors.
	content_hash bytea NOT NULL,
	embedding halfvec NOT NULL,
	PRIMARY KEY (index_id, id)
);
-- Rows of up to a page stay in one piece and uncompressed, as those of chunks do.
ALTER TABLE chunk_terms SET (toast_tuple_target = 8160);
ALTER TABLE chunk_vectors SET (toast_tuple_target = 8160);
INSERT INTO chunk_terms SELECT index_id, id, project_id, revision, language, length, weights, lexemes FROM chunks;
INSERT INTO chunk_vectors SELECT index_id, id, project_id, revision, content_hash, embedding FROM chunks WHERE embedding IS NOT NULL;
ALTER TABLE chunks DROP COLUMN language, DROP COLUMN length, DROP COLUMN weights, DROP COLUMN lexemes, DROP COLUMN embedding, DROP COLUMN content_hash;
-- A revision is one file's: what is dead is found revision by revision, not chunk by chunk.
CREATE UNIQUE INDEX chunks_revision ON chunks (index_id, revision, ordinal);
DROP INDEX chunks_place;
CREATE INDEX chunk_terms_lexemes ON chunk_terms USING gin (index_id, lexemes);
CREATE INDEX chunk_vectors_content ON chunk_vectors (index_id, content_hash);
-- A filter leaves the chunks of some revisions.
CREATE INDEX chunk_vectors_revision ON chunk_vectors (index_id, revision);

-- Signs of the vectors' components, for an engine on which an HNSW index takes minutes to build and an exact scan too long
-- to wait for: those nearest by sign are compared exactly. Filled only there.
CREATE TABLE chunk_codes (
	index_id bigint NOT NULL,
	id bigint NOT NULL,
	project_id text NOT NULL DEFAULT 'default',
	revision bigint NOT NULL,
	code bit varying NOT NULL,
	PRIMARY KEY (index_id, id)
);

-- How an index of many chunks finds the nearest vectors, once that is built: 'hnsw' or 'codes'. Null: by looking at all.
ALTER TABLE indexes ADD COLUMN vector_index text CHECK (vector_index IN ('hnsw', 'codes'));

-- Chunks under the live revision: how many a filter leaves is known without counting them.
ALTER TABLE index_files ADD COLUMN chunks int NOT NULL DEFAULT 0;
UPDATE index_files f SET chunks = (
	SELECT count(*) FROM chunks c WHERE c.index_id = f.index_id AND c.file_id = f.file_id AND c.revision = f.live_revision);
CREATE INDEX index_files_live ON index_files (index_id, live_revision) INCLUDE (file_id) WHERE live_revision IS NOT NULL;
