// Settings as JSON: one table of fields for what is taken, stored and shown.
#pragma once

#include "base/json.h"
#include "tenants/tenants.h"

namespace parley::tenants {

/// Everything, secrets included: for the database only. merged() reads it back.
Json stored_json(const TenantSettings& settings);

/// Secrets as true (set) or false.
Json shown_json(const TenantSettings& settings);

}  // namespace parley::tenants
