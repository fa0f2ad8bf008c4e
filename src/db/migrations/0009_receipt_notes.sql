-- How the values that a receipt's statement read were changed when they were imported.
ALTER TABLE receipts ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';  -- JSON [sentence]
