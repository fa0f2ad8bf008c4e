-- Whose bot, data and budget it is: domains, settings, keys, customers, and what was spent.
ALTER TABLE tenants ADD COLUMN status TEXT NOT NULL DEFAULT 'active';  -- active, suspended
ALTER TABLE tenants ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';    -- JSON, tenants/tenants.h
ALTER TABLE tenants ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE tenant_domains (
  domain TEXT PRIMARY KEY,                   -- lower case, no port, no trailing dot
  tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  position INTEGER NOT NULL                  -- 0: the one that is shown
);
CREATE INDEX tenant_domains_by_tenant ON tenant_domains (tenant_id, position);

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  tenant_id TEXT REFERENCES tenants (id) ON DELETE CASCADE,  -- NULL: of the installation
  label TEXT NOT NULL,
  key_hash TEXT NOT NULL UNIQUE,             -- HMAC-SHA-256 hex
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at INTEGER
);

CREATE TABLE customers (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  external_id TEXT,                          -- `sub` of a signed identity; NULL: none
  name TEXT NOT NULL,
  email TEXT,
  phone TEXT,
  data TEXT NOT NULL,                        -- JSON object
  search TEXT NOT NULL,                      -- name, e-mail and phone, case folded
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX customers_by_external_id ON customers (tenant_id, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX customers_by_age ON customers (tenant_id, created_at, id);

ALTER TABLE conversations ADD COLUMN customer_id TEXT;  -- who it is with, if that is known
ALTER TABLE conversations ADD COLUMN kind TEXT NOT NULL DEFAULT 'chat';  -- chat, call (one prompt)
CREATE INDEX conversations_by_customer ON conversations (tenant_id, customer_id)
  WHERE customer_id IS NOT NULL;
CREATE INDEX conversations_by_kind ON conversations (tenant_id, kind, created_at, id);

-- Signed identities with a `jti` are good once; kept until they have expired.
CREATE TABLE used_identities (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,                          -- SHA-256 hex of the jti
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX used_identities_by_age ON used_identities (tenant_id, expires_at);

-- Units are tokens or calls, as the tenant's plan counts.
CREATE TABLE reservations (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  subject TEXT NOT NULL,                     -- the visitor: customer or conversation id
  day INTEGER NOT NULL,                      -- days since the epoch, UTC
  units INTEGER NOT NULL,
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- Running totals of what was settled, and of what is reserved now; one row per limit that is counted.
CREATE TABLE budgets (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  kind TEXT NOT NULL,                        -- tenant, day, conversation, visitor
  name TEXT NOT NULL,                        -- '' for tenant; the day; the conversation; the visitor
  used INTEGER NOT NULL DEFAULT 0,
  reserved INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, kind, name)
);

CREATE TABLE usage_days (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  day INTEGER NOT NULL,                      -- days since the epoch, UTC
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  calls INTEGER NOT NULL,
  unknown_calls INTEGER NOT NULL,            -- of them: the provider told no usage
  units INTEGER NOT NULL,                    -- charged
  input_tokens INTEGER NOT NULL,             -- cached ones included
  cached_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,            -- reasoning included
  reasoning_tokens INTEGER NOT NULL,
  cost_microusd INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, day, provider, model)
);
