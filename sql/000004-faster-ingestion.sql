-- A chunk whose content was embedded before takes that vector: files that are uploaded again, attached to another store,
-- or ingested again after a crash are not paid for twice.
-- A row of up to a page stays in one piece and uncompressed: compressing rows past 2 KB cost a tenth of all writing.
ALTER TABLE chunks SET (toast_tuple_target = 8160);
CREATE INDEX chunks_content ON chunks (index_id, content_hash) WHERE embedding IS NOT NULL;
CREATE INDEX files_content ON files (project_id, sha256);
CREATE INDEX index_files_file ON index_files (file_id);
