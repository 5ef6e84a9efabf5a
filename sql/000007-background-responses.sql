-- Responses that are answered after their request, and whose events are told again to whoever asks.

ALTER TABLE responses
	-- What a background response is to answer, until it ends.
	ADD COLUMN request jsonb,
	-- Whether its events are kept.
	ADD COLUMN streamed boolean NOT NULL DEFAULT false,
	-- Which run has it: one that was taken for dead must not write beside the next.
	ADD COLUMN run int NOT NULL DEFAULT 0;

CREATE INDEX responses_streamed ON responses (created_at) WHERE streamed;

-- The events of a moment in one row, under the number of the last.
CREATE TABLE response_events (
	response_id text NOT NULL REFERENCES responses ON DELETE CASCADE,
	last_number int NOT NULL,
	project_id text NOT NULL DEFAULT 'default',
	-- Told again as they are: jsonb would order their keys anew, and refuses characters that a model may write.
	events json NOT NULL,
	PRIMARY KEY (response_id, last_number)
);
