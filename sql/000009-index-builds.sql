-- A store has one index that it answers from, and beside it may have one that is being built, and former ones to go back to.

ALTER TABLE indexes
	ADD COLUMN status text NOT NULL DEFAULT 'active'
		CHECK (status IN ('queued', 'building', 'ready', 'active', 'retired', 'failed', 'cancelled')),
	ADD COLUMN activate text NOT NULL DEFAULT 'when_complete' CHECK (activate IN ('when_complete', 'manual')),
	-- So many former indexes stay while this one is active.
	ADD COLUMN keep int NOT NULL DEFAULT 1,
	-- What the worker is at and how far it is, or what it waits for.
	ADD COLUMN stage text,
	ADD COLUMN progress jsonb,
	ADD COLUMN last_error jsonb,
	-- When it first held all that the store held.
	ADD COLUMN completed_at timestamptz,
	-- When it was last made the one that the store answers from.
	ADD COLUMN activated_at timestamptz,
	-- When it was retired, failed or was cancelled.
	ADD COLUMN ended_at timestamptz,
	-- From then on nobody sees it, and its chunks are being removed.
	ADD COLUMN removed_at timestamptz;
UPDATE indexes SET completed_at = created_at, activated_at = created_at;
ALTER TABLE indexes ALTER COLUMN status DROP DEFAULT;

-- A store has one build at a time, whoever asks for them.
CREATE UNIQUE INDEX indexes_build ON indexes (vector_store_id) WHERE status IN ('queued', 'building') AND removed_at IS NULL;

-- How the live revision was made: in which attachment of the file, with which settings of its own (null: the index's).
-- Two indexes hold the same of a file where they hold the same attachment.
ALTER TABLE index_files
	ADD COLUMN attachment int NOT NULL DEFAULT 0,
	ADD COLUMN chunking_strategy jsonb,
	ADD COLUMN bytes bigint NOT NULL DEFAULT 0;
UPDATE index_files f SET attachment = s.attachment, chunking_strategy = s.chunking_strategy, bytes = s.usage_bytes
FROM indexes i JOIN vector_store_files s ON s.vector_store_id = i.vector_store_id
WHERE i.id = f.index_id AND s.file_id = f.file_id AND s.status = 'completed';
