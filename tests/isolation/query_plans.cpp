#include "tests/isolation/query_plans.h"

#include <SQLiteCpp/SQLiteCpp.h>

namespace parley::isolation {

std::vector<std::string> long_steps_of(const std::string& database_path,
                                       const std::string& statement) {
  const SQLite::Database database(database_path);
  SQLite::Statement plan(database, "EXPLAIN QUERY PLAN " + statement);
  std::vector<std::string> steps;
  while (plan.executeStep()) {
    const std::string step = plan.getColumn(3).getString();
    const bool reads_table = step.starts_with("SCAN ") && step != "SCAN CONSTANT ROW";
    if (reads_table || step.ends_with("(tenant_id=?)")) steps.push_back(step);
  }
  return steps;
}

}  // namespace parley::isolation
