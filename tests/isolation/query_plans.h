// Query plans: whether a statement finds its rows, or reads all that a tenant has on its way.
#pragma once

#include <string>
#include <vector>

namespace parley::isolation {

/// Those steps of SQLite's plan for `statement` that read a whole table, or all rows of a tenant:
/// their cost grows with what is stored.
std::vector<std::string> long_steps_of(const std::string& database_path,
                                       const std::string& statement);

}  // namespace parley::isolation
