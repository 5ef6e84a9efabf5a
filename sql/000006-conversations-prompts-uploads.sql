-- What an answer may be given on besides its request: conversations and prompt templates.

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
