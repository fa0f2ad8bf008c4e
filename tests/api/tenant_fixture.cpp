#include "tests/api/tenant_fixture.h"

#include "customers/customers.h"
#include "tests/fakes/scope_for_tests.h"

namespace parley {

void TenantFixture::open_database() {
  stop();
  auto opened = db::Database::open({.path = directory_.path("data") + "/parley.db"}, clock_);
  if (!opened) throw std::runtime_error(opened.error().detail);
  database_ = std::move(*opened);
}

void TenantFixture::change_tenant(const Json& settings, const Environment& changes) {
  open_database();
  {
    tenants::Service tenants({}, *database_, fake_entropy_);
    ASSERT_TRUE(tenants.load(ScopeForTests::system("")));
    tenants::Update update;
    update.settings = settings;
    const auto updated =
        tenants.update(ScopeForTests::system(""), tenants::default_tenant_id, update);
    ASSERT_TRUE(updated) << updated.error().message;
  }
  database_.reset();
  start(changes);
}

void TenantFixture::add_tenant(const std::string& name, const std::string& domain,
                               const Json& settings, const Environment& changes) {
  open_database();
  {
    tenants::Service tenants({}, *database_, fake_entropy_);
    ASSERT_TRUE(tenants.load(ScopeForTests::system("")));
    const auto created = tenants.create(ScopeForTests::system(""), name, {domain}, settings);
    ASSERT_TRUE(created) << created.error().message;
  }
  database_.reset();
  start(changes);
}

std::string TenantFixture::add_customer(const std::string& name, const Json& data) {
  open_database();
  customers::Fields fields;
  fields.name = name;
  fields.data = data;
  const auto added = customers::Service({}, *database_, fake_entropy_)
                         .add(ScopeForTests::system(tenants::default_tenant_id), fields);
  EXPECT_TRUE(added);
  database_.reset();
  start();
  return added ? added->id : "";
}

TenantFixture::Books TenantFixture::books() {
  open_database();
  const Scope scope = ScopeForTests::system(tenants::default_tenant_id);
  budgets::Service budgets(*database_, fake_entropy_);
  Books books;
  books.totals = budgets.totals(scope).value();
  books.days = budgets.report(scope, 0, 1'000'000).value();
  const auto count = [&](const char* sql) {
    return database_
        ->read<int64_t>([&](const db::Reader& reader) -> Result<int64_t> {
          return reader.first(sql, {}, [](const db::Row& row) { return row.integer(0); })
              .value_or(-1);
        })
        .value_or(-1);
  };
  books.reservations = count("SELECT count(*) FROM reservations");
  books.conversations = count("SELECT count(*) FROM conversations");
  database_.reset();
  return books;
}

}  // namespace parley
