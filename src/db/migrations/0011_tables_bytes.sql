-- The tables made of an upload take space of the tenant, too: often several times the upload's.
ALTER TABLE files ADD COLUMN tables_bytes INTEGER NOT NULL DEFAULT 0;  -- 0: not known
DROP INDEX files_of_tenant;
CREATE INDEX files_of_tenant ON files (tenant_id, id, size_bytes, tables_bytes);
