-- Times are milliseconds since the Unix epoch. Every key begins with the tenant.
CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE conversations (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  mode TEXT NOT NULL DEFAULT 'bot',          -- bot (waiting, human, closed: with the hand-off)
  config TEXT NOT NULL,                      -- JSON object
  token_hash TEXT NOT NULL,                  -- HMAC-SHA-256 hex of the visitor token
  last_seq INTEGER NOT NULL DEFAULT 0,       -- of the newest message or reservation
  cleared_seq INTEGER NOT NULL DEFAULT 0,    -- last_seq when the messages were last cleared
  created_at INTEGER NOT NULL,
  last_activity_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX conversations_by_activity ON conversations (tenant_id, last_activity_at);

CREATE TABLE messages (
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  id TEXT NOT NULL,
  author TEXT NOT NULL,                      -- visitor, assistant
  content TEXT NOT NULL,
  finish TEXT,                               -- of an assistant's: stop, length, stopped, truncated, refusal
  provider TEXT,
  model TEXT,
  usage TEXT,                                -- JSON, unified and raw
  response_ms INTEGER,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, seq),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
