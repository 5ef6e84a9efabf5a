-- A file that an input names is read through a store of its own, which nobody sees, and which goes with the file.

ALTER TABLE vector_stores ADD COLUMN input_file_id text REFERENCES files ON DELETE CASCADE;
CREATE UNIQUE INDEX vector_stores_input_file ON vector_stores (input_file_id);
