// StoredTenants: tenants as a test wants them, written into the server's database between two
// starts.
#pragma once

#include <string>
#include <vector>

#include "db/database.h"
#include "tests/api/app_fixture.h"
#include "tests/fakes/scope_for_tests.h"

namespace parley {

class StoredTenants : public AppFixture {
 protected:
  static Headers at_host(const std::string& host) { return {{"Host", host}}; }

  /// Starts with the first tenant's settings replaced; stores its id in `tenant_id_`. In `changes`,
  /// APP_PROFILE=production makes it the production profile as an operator has it.
  void start_with(const Json& settings, Environment changes = {}) {
    if (changes["APP_PROFILE"] == "production") {
      config_directory_ = PARLEY_SOURCE_DIR "/config";
      changes.insert({{"VISITOR_TOKEN_REQUIRED", ""},
                      {"DEV_DEFAULT_TENANT", ""},
                      {"ALLOWED_ORIGINS", "https://shop.example"}});
    } else {
      changes.erase("APP_PROFILE");
    }
    start(changes);
    stop();
    write([&](const db::Tx& tx) {
      tenant_id_ = *tx.first("SELECT id FROM tenants ORDER BY created_at, id LIMIT 1", {},
                             [](const db::Row& row) { return row.text(0); });
      tx.execute("UPDATE tenants SET settings = $2 WHERE id = $1", {tenant_id_, dump(settings)});
    });
    start(changes);
  }

  /// Another tenant; before start_with().
  void add_tenant(const std::string& id, const std::string& domain, const Json& settings) {
    start();
    stop();
    write([&](const db::Tx& tx) {
      tx.execute("INSERT INTO tenants (id, name, settings, created_at) VALUES ($1, $2, $3, $4)",
                 {id, domain, dump(settings), tx.now_ms()});
      tx.execute("INSERT INTO tenant_domains (domain, tenant_id, position) VALUES ($1, $2, 0)",
                 {domain, id});
    });
  }

  /// Runs on the database of a stopped server.
  void write(const std::function<void(const db::Tx&)>& work) {
    auto database = db::Database::open({.path = directory_.path("data/parley.db")}, clock_);
    ASSERT_TRUE(database) << database.error().detail;
    const auto written =
        (*database)->write<bool>(ScopeForTests::system(), [&](const db::Tx& tx) -> Result<bool> {
          work(tx);
          return true;
        });
    ASSERT_TRUE(written) << written.error().detail;
  }

  /// The first column of the first row; on a stopped server.
  int64_t count(const std::string& sql) {
    int64_t out = -1;
    write([&](const db::Tx& tx) {
      out = *tx.first(sql, {}, [](const db::Row& row) { return row.integer(0); });
    });
    return out;
  }

  std::string tenant_id_;
};

}  // namespace parley
