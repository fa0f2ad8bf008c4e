// Migrations: the ordered, embedded schema steps. Each runs once, in one transaction, and is
// recorded by number and name; a database newer than the binary is refused.
#pragma once

#include <string>
#include <vector>

namespace parley::db {

struct Migration {
  std::string name;  ///< "0001_conversations"; the leading number is the version
  std::string sql;
};

/// All of migrations/*.sql in order, generated at build time.
const std::vector<Migration>& embedded_migrations();

}  // namespace parley::db
