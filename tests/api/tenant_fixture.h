// AppFixture whose tenant can be changed and whose books can be read, between a stop and a start.
#pragma once

#include <string>
#include <vector>

#include "budgets/budgets.h"
#include "tenants/tenants.h"
#include "tests/api/app_fixture.h"
#include "tests/fakes/fake_entropy.h"

namespace parley {

class TenantFixture : public AppFixture {
 protected:
  /// Restarts the server, so that the default tenant's settings are changed by `settings`.
  void change_tenant(const Json& settings, const Environment& changes = {});

  /// Restarts the server with one more tenant.
  void add_tenant(const std::string& name, const std::string& domain, const Json& settings,
                  const Environment& changes = {});

  /// Restarts the server with one more customer of the default tenant; its id.
  std::string add_customer(const std::string& name, const Json& data);

  struct Books {
    budgets::Totals totals;
    std::vector<budgets::UsageDay> days;
    int64_t reservations = 0;
    int64_t conversations = 0;
  };
  /// Of the default tenant; stops the server.
  Books books();

 private:
  void open_database();
  FakeEntropy fake_entropy_;
  std::unique_ptr<db::Database> database_;
};

}  // namespace parley
