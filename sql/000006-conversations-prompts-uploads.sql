-- What an answer may be given on besides its request, conversations and prompt templates; and files that come in parts.

CREATE TABLE conversations (
	id text PRIMARY KEY,
	project_id text NOT NULL DEFAULT 'default',
	metadata jsonb NOT NULL DEFAULT '{}',
	-- The response that is being answered on it has it until then, and puts that off while it lives: a process that dies
	-- lets go by itself. An advisory lock would take a connection for as long as a model speaks, and on the embedded
	-- engine, which has one, keep nobody out.
	locked_by text,
	locked_until timestamptz,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE conversation_items (
	conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE,
	id text NOT NULL,
	seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	project_id text NOT NULL DEFAULT 'default',
	-- The item as it is listed, and what a search found besides.
	body jsonb NOT NULL,
	PRIMARY KEY (conversation_id, id)
);
CREATE INDEX conversation_items_list ON conversation_items (conversation_id, seq);

CREATE TABLE prompts (
	id text PRIMARY KEY,
	seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	project_id text NOT NULL DEFAULT 'default',
	name text NOT NULL,
	metadata jsonb NOT NULL DEFAULT '{}',
	default_version int NOT NULL DEFAULT 1,
	latest_version int NOT NULL DEFAULT 1,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX prompts_project ON prompts (project_id, seq);

-- Never changed: a response that names a version can be given again.
CREATE TABLE prompt_versions (
	prompt_id text NOT NULL REFERENCES prompts ON DELETE CASCADE,
	version int NOT NULL,
	project_id text NOT NULL DEFAULT 'default',
	-- Fields of a response's request, as templates where they are text to the model.
	template jsonb NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (prompt_id, version)
);

-- A file that is to come in parts. What is pending past its time has expired.
CREATE TABLE uploads (
	id text PRIMARY KEY,
	project_id text NOT NULL DEFAULT 'default',
	filename text NOT NULL,
	purpose text NOT NULL,
	-- What was announced; the parts must come to as much.
	bytes bigint NOT NULL,
	file_expires_after_seconds int,
	status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'completed', 'cancelled')),
	-- Of a completed one: what it was made of, and became.
	part_ids jsonb,
	file_id text,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL
);
CREATE INDEX uploads_expiry ON uploads (expires_at);

-- Its bytes lie among the blobs, under the part's id.
CREATE TABLE upload_parts (
	id text PRIMARY KEY,
	upload_id text NOT NULL REFERENCES uploads ON DELETE CASCADE,
	project_id text NOT NULL DEFAULT 'default',
	bytes bigint NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX upload_parts_upload ON upload_parts (upload_id);
