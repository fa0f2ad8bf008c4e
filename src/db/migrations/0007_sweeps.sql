-- What is done each minute or with each upload finds its rows, whatever else is stored.
DROP INDEX turns_by_age;
CREATE INDEX turns_to_forget ON turns (tenant_id, created_at) WHERE transcript <> '[]';
CREATE INDEX files_of_tenant ON files (tenant_id, id, size_bytes);
