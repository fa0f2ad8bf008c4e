-- One uploaded file per conversation; the bytes lie in the media directory under `id`.
CREATE TABLE files (
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  id TEXT NOT NULL,                          -- UUID, also the name on disk
  name TEXT NOT NULL,                        -- as the visitor called it
  type TEXT NOT NULL,                        -- csv, json
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  summary TEXT NOT NULL,                     -- JSON, CONTRACTS: Summary contents
  uploaded_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX files_one_per_conversation ON files (tenant_id, conversation_id);
