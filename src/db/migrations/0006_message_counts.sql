-- How many messages a conversation has: each answer tells it, whatever the history's length.
ALTER TABLE conversations ADD COLUMN message_count INTEGER NOT NULL DEFAULT 0;
UPDATE conversations SET message_count = (
  SELECT count(*) FROM messages
  WHERE messages.tenant_id = conversations.tenant_id AND messages.conversation_id = conversations.id)
WHERE last_seq > cleared_seq;
