// A database with two tenants, a clock at noon, and budgets on them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "budgets/budgets.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::budgets {

class BudgetsTest : public testing::Test {
 protected:
  BudgetsTest() {
    auto opened = db::Database::open({.path = directory_.path("parley.db")}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    service_ = std::make_unique<Service>(*database_, entropy_);
    write([](const db::Tx& tx) -> Result<bool> {
      for (const char* id : {"acme", "globex"}) {
        tx.execute("INSERT INTO tenants (id, name, created_at) VALUES ($1, '', 0)",
                   {std::string(id)});
      }
      return true;
    });
  }

  /// Runs `work` in a write transaction.
  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<const db::Tx&>())) {
    using Value = typename decltype(work(std::declval<const db::Tx&>()))::value_type;
    return database_->template write<Value>(acme_, work);
  }

  Result<Reservation> reserve(const Scope& scope, const Limits& limits, int64_t units,
                              const Subject& subject = {"c1", "v1", "claude", "sonnet"}) {
    return write(
        [&](const db::Tx& tx) { return service_->reserve(tx, scope, subject, limits, units); });
  }
  Result<void> extend(const Scope& scope, const std::string& id, const Limits& limits,
                      int64_t units) {
    return database_->write<void>(
        scope, [&](const db::Tx& tx) { return service_->extend(tx, scope, id, limits, units); });
  }
  void settle(const Scope& scope, const std::string& id, int64_t units, const Spent& spent = {}) {
    const auto written = write([&](const db::Tx& tx) -> Result<bool> {
      service_->settle(tx, scope, id, units, spent);
      return true;
    });
    ASSERT_TRUE(written) << written.error().detail;
  }
  void release(const Scope& scope, const std::string& id) {
    const auto written = write([&](const db::Tx& tx) -> Result<bool> {
      service_->release(tx, scope, id);
      return true;
    });
    ASSERT_TRUE(written) << written.error().detail;
  }
  int64_t remaining(const Scope& scope, const Limits& limits,
                    const Subject& subject = {"c1", "v1", "", ""}) {
    return database_
        ->read<int64_t>([&](const db::Reader& reader) -> Result<int64_t> {
          return service_->remaining(reader, scope, subject, limits, clock_.now_ms());
        })
        .value_or(-1);
  }
  int64_t used(const Scope& scope) { return service_->totals(scope).value().used; }
  int64_t reserved(const Scope& scope) { return service_->totals(scope).value().reserved; }

  /// "kind name" → used and reserved, as stored.
  std::map<std::string, std::pair<int64_t, int64_t>> counters(const Scope& scope) {
    std::map<std::string, std::pair<int64_t, int64_t>> out;
    const auto read = database_->read<bool>([&](const db::Reader& reader) -> Result<bool> {
      reader.query("SELECT kind, name, used, reserved FROM budgets WHERE tenant_id = $1",
                   {scope.tenant_id()}, [&](const db::Row& row) {
                     out[row.text(0) + " " + row.text(1)] = {row.integer(2), row.integer(3)};
                   });
      return true;
    });
    EXPECT_TRUE(read);
    return out;
  }

  FakeClock clock_;
  FakeEntropy entropy_;
  TempDir directory_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Service> service_;
  const Scope acme_ = ScopeForTests::system("acme");
  const Scope globex_ = ScopeForTests::system("globex");
};

}  // namespace parley::budgets
