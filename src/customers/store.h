// Store: all SQL of customers. Every statement binds the Scope's tenant.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/scope.h"
#include "customers/customers.h"
#include "db/database.h"

namespace parley::customers::store {

void insert(const db::Tx& tx, const Scope& scope, const Customer& customer);
void update(const db::Tx& tx, const Scope& scope, const Customer& customer);

std::optional<Customer> find(const db::Reader& reader, const Scope& scope, const std::string& id);
std::optional<Customer> find_by_external_id(const db::Reader& reader, const Scope& scope,
                                            const std::string& external_id);

/// Those whose search text has `part` (in lower case) in it, newest first. Empty: all.
std::vector<Customer> list(const db::Reader& reader, const Scope& scope, const std::string& part,
                           int64_t limit, int64_t offset);
int64_t count(const db::Reader& reader, const Scope& scope, const std::string& part);

int64_t count_all(const db::Reader& reader, const Scope& scope);

/// False: there was none.
bool remove(const db::Tx& tx, const Scope& scope, const std::string& id);

}  // namespace parley::customers::store
