#include "customers/store.h"

#include "customers/fields.h"

namespace parley::customers::store {

namespace {

Customer customer_of(const db::Row& row) {
  Customer customer;
  customer.id = row.text(0);
  customer.external_id = row.optional_text(1);
  customer.name = row.text(2);
  customer.email = row.optional_text(3);
  customer.phone = row.optional_text(4);
  customer.data = parse_json(row.text(5)).value_or(Json::object());
  customer.created_at_ms = row.integer(6);
  customer.updated_at_ms = row.integer(7);
  return customer;
}

/// The pattern for LIKE that finds `part` as it stands: its % and _ are no wildcards.
std::string pattern_of(const std::string& part) {
  std::string pattern = "%";
  for (const char character : part) {
    if (character == '%' || character == '_' || character == '\\') pattern += '\\';
    pattern += character;
  }
  return pattern + "%";
}

}  // namespace

void insert(const db::Tx& tx, const Scope& scope, const Customer& customer) {
  tx.execute(
      "INSERT INTO customers (tenant_id, id, external_id, name, email, phone, data, search, "
      "created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {scope.tenant_id(), customer.id, db::value_of(customer.external_id), customer.name,
       db::value_of(customer.email), db::value_of(customer.phone), dump(customer.data),
       search_text_of(customer), customer.created_at_ms, customer.updated_at_ms});
}

void update(const db::Tx& tx, const Scope& scope, const Customer& customer) {
  tx.execute(
      "UPDATE customers SET name = $3, email = $4, phone = $5, data = $6, search = $7, "
      "updated_at = $8 WHERE tenant_id = $1 AND id = $2",
      {scope.tenant_id(), customer.id, customer.name, db::value_of(customer.email),
       db::value_of(customer.phone), dump(customer.data), search_text_of(customer),
       customer.updated_at_ms});
}

std::optional<Customer> find(const db::Reader& reader, const Scope& scope, const std::string& id) {
  return reader.first(
      "SELECT id, external_id, name, email, phone, data, created_at, updated_at FROM customers "
      "WHERE tenant_id = $1 AND id = $2",
      {scope.tenant_id(), id}, customer_of);
}

std::optional<Customer> find_by_external_id(const db::Reader& reader, const Scope& scope,
                                            const std::string& external_id) {
  return reader.first(
      "SELECT id, external_id, name, email, phone, data, created_at, updated_at FROM customers "
      "WHERE tenant_id = $1 AND external_id = $2",
      {scope.tenant_id(), external_id}, customer_of);
}

std::vector<Customer> list(const db::Reader& reader, const Scope& scope, const std::string& part,
                           int64_t limit, int64_t offset) {
  std::vector<Customer> customers;
  reader.query(
      "SELECT id, external_id, name, email, phone, data, created_at, updated_at FROM customers "
      "WHERE tenant_id = $1 AND search LIKE $2 ESCAPE '\\' "
      "ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4",
      {scope.tenant_id(), pattern_of(part), limit, offset},
      [&](const db::Row& row) { customers.push_back(customer_of(row)); });
  return customers;
}

int64_t count(const db::Reader& reader, const Scope& scope, const std::string& part) {
  return reader
      .first("SELECT count(*) FROM customers WHERE tenant_id = $1 AND search LIKE $2 ESCAPE '\\'",
             {scope.tenant_id(), pattern_of(part)},
             [](const db::Row& row) { return row.integer(0); })
      .value_or(0);
}

int64_t count_all(const db::Reader& reader, const Scope& scope) {
  return reader
      .first("SELECT count(*) FROM customers WHERE tenant_id = $1", {scope.tenant_id()},
             [](const db::Row& row) { return row.integer(0); })
      .value_or(0);
}

bool remove(const db::Tx& tx, const Scope& scope, const std::string& id) {
  return tx.execute("DELETE FROM customers WHERE tenant_id = $1 AND id = $2",
                    {scope.tenant_id(), id}) > 0;
}

}  // namespace parley::customers::store
