#include <fmt/format.h>

#include "base/clock.h"
#include "base/ids.h"
#include "base/text.h"
#include "customers/customers.h"
#include "customers/fields.h"
#include "customers/store.h"
#include "formats/case_fold.h"

namespace parley::customers {

namespace {

tl::unexpected<Error> not_found() {
  return fail(ErrorCode::not_found, "Customer not found");
}

Fields fields_of(const Known& known) {
  Fields fields;
  fields.name = known.name;
  if (known.email) fields.email = known.email;
  return fields;
}

bool is_same(const Customer& a, const Customer& b) {
  return a.name == b.name && a.email == b.email;
}

}  // namespace

Result<void> Service::insert(const db::Tx& tx, const Scope& scope, const Customer& customer) const {
  if (store::count_all(tx, scope) >= options_.customers_max) {
    return fail(ErrorCode::conflict,
                fmt::format("There are {} customers already, and no more can be kept here",
                            options_.customers_max));
  }
  store::insert(tx, scope, customer);
  return {};
}

Result<Customer> Service::add(const Scope& scope, const Fields& fields) {
  Customer customer;
  Fields named = fields;
  named.name = fields.name.value_or("");  // an absent name is a missing one
  TRY(put_fields(customer, named));
  customer.id = new_uuid(entropy_);
  return database_.write<Customer>(scope, [&](const db::Tx& tx) -> Result<Customer> {
    customer.created_at_ms = tx.now_ms();
    customer.updated_at_ms = tx.now_ms();
    TRY(insert(tx, scope, customer));
    return customer;
  });
}

Result<Customer> Service::get(const Scope& scope, const std::string& id) {
  return database_.read<Customer>([&](const db::Reader& reader) -> Result<Customer> {
    std::optional<Customer> found = find(reader, scope, id);
    if (!found) return not_found();
    return *std::move(found);
  });
}

std::optional<Customer> Service::find(const db::Reader& reader, const Scope& scope,
                                      const std::string& id) const {
  return store::find(reader, scope, id);
}

Result<Page> Service::list(const Scope& scope, const std::string& search, int64_t limit,
                           int64_t offset) {
  if (count_characters(search) > search_characters_max) {
    return fail(ErrorCode::invalid,
                fmt::format("search may have at most {} characters", search_characters_max));
  }
  const std::string part = formats::to_lower(trim(search));
  return database_.read<Page>([&](const db::Reader& reader) -> Result<Page> {
    return Page{store::list(reader, scope, part, limit, offset), store::count(reader, scope, part)};
  });
}

Result<Customer> Service::update(const Scope& scope, const std::string& id, const Fields& fields) {
  return database_.write<Customer>(scope, [&](const db::Tx& tx) -> Result<Customer> {
    std::optional<Customer> customer = find(tx, scope, id);
    if (!customer) return not_found();
    TRY(put_fields(*customer, fields));
    customer->updated_at_ms = tx.now_ms();
    store::update(tx, scope, *customer);
    return *std::move(customer);
  });
}

Result<void> Service::remove(const db::Tx& tx, const Scope& scope, const std::string& id) const {
  if (!store::remove(tx, scope, id)) return not_found();
  return {};
}

Result<Customer> Service::recognise(const db::Tx& tx, const Scope& scope,
                                    const Known& known) const {
  TRY(check_external_id(known.external_id));
  std::optional<Customer> found = store::find_by_external_id(tx, scope, known.external_id);
  Customer customer = found.value_or(Customer{});
  Fields fields = fields_of(known);
  if (!found && !fields.name) fields.name = known.email.value_or(known.external_id);
  TRY(put_fields(customer, fields));
  if (found && is_same(*found, customer)) return customer;
  customer.updated_at_ms = tx.now_ms();
  if (found) {
    store::update(tx, scope, customer);
    return customer;
  }
  customer.id = new_uuid(entropy_);
  customer.external_id = known.external_id;
  customer.created_at_ms = tx.now_ms();
  TRY(insert(tx, scope, customer));
  return customer;
}

Json to_json(const Customer& customer) {
  const auto or_null = [](const auto& text) { return text ? Json(*text) : Json(); };
  return {{"customerId", customer.id},
          {"name", customer.name},
          {"email", or_null(customer.email)},
          {"phone", or_null(customer.phone)},
          {"data", customer.data},
          {"externalId", or_null(customer.external_id)},
          {"createdAt", iso_timestamp(customer.created_at_ms)},
          {"updatedAt", iso_timestamp(customer.updated_at_ms)}};
}

std::string describe_for_model(const Customer& customer) {
  std::string out = "# The visitor, as the site knows them\nName: " + customer.name;
  if (customer.email) out += "\nE-mail: " + *customer.email;
  if (customer.phone) out += "\nPhone: " + *customer.phone;
  if (!customer.data.empty()) out += "\nFurther data: " + dump(customer.data);
  return without_invisible_characters(out);
}

}  // namespace parley::customers
