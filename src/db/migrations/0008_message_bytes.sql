-- How many bytes a conversation's messages have: what may still be said in it.
ALTER TABLE conversations ADD COLUMN message_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE conversations SET message_bytes = (
  SELECT coalesce(sum(length(CAST(content AS BLOB))), 0) FROM messages
  WHERE messages.tenant_id = conversations.tenant_id AND messages.conversation_id = conversations.id)
WHERE message_count > 0;
