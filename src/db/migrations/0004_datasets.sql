-- Several files per conversation, each with its tables; and the receipts of what was asked of them.
DROP INDEX files_one_per_conversation;
CREATE INDEX files_by_age ON files (tenant_id, conversation_id, uploaded_at);
ALTER TABLE files ADD COLUMN dataset TEXT NOT NULL DEFAULT '';  -- JSON, datasets/dataset.h; '': not made yet

CREATE TABLE receipts (
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  id TEXT NOT NULL,
  number INTEGER NOT NULL,                   -- from 1: the order of asking, whatever the clock does
  message_id TEXT NOT NULL,                  -- of the answer that it belongs to
  statement TEXT NOT NULL,                   -- the SQL that was run
  files TEXT NOT NULL,                       -- JSON [{fileId, fileName, sha256}]
  columns TEXT NOT NULL,                     -- JSON [{name, type}]
  result TEXT NOT NULL,                      -- JSON rows, all
  first_rows TEXT NOT NULL,                  -- JSON rows, as many as histories show
  row_count INTEGER NOT NULL,                -- of result
  is_truncated INTEGER NOT NULL,
  rows_scanned INTEGER NOT NULL,
  engine_ms INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX receipts_by_number ON receipts (tenant_id, conversation_id, number);
CREATE INDEX receipts_by_message ON receipts (tenant_id, conversation_id, message_id);
