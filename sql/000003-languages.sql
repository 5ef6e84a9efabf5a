-- The text search configurations that an index's chunks were analysed with; questions are analysed with each of them.
-- `language` is now that of texts which are too short to tell.
ALTER TABLE indexes ADD COLUMN languages text[] NOT NULL DEFAULT '{}';
UPDATE indexes SET languages = ARRAY[language];
ALTER TABLE chunks ADD COLUMN language text NOT NULL DEFAULT 'english';
