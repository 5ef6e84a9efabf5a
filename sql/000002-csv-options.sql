-- How the user says that a CSV file is to be read: {delimiter, header, encoding}, each optional; null: as detected.
ALTER TABLE files ADD COLUMN csv jsonb;
