-- One send and its answer: makes retries safe and streams replayable.
CREATE TABLE turns (
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  number INTEGER NOT NULL,                   -- 1, 2, 3… in its conversation; never used again
  idempotency_key TEXT,
  request_hash TEXT NOT NULL,                -- SHA-256 hex of what was asked
  state TEXT NOT NULL,                       -- running, done, failed, interrupted
  transcript TEXT NOT NULL DEFAULT '[]',     -- JSON, see chat/transcript.h
  reply_status INTEGER NOT NULL DEFAULT 0,   -- what a plain JSON caller got, once ended
  reply TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, number),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX turns_by_key ON turns (tenant_id, conversation_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX turns_by_age ON turns (created_at);
CREATE INDEX turns_running ON turns (state) WHERE state = 'running';
