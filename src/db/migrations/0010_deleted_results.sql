-- Rows of a file that was deleted go from its receipts, too; what was asked, and of what, stays.
ALTER TABLE receipts ADD COLUMN is_file_deleted INTEGER NOT NULL DEFAULT 0;
