// Statements: every SQL text that the server prepares passes here, is noted, and may be changed.
//
// The program is linked with --wrap=sqlite3_prepare_v2, so that the product needs no door for it.
// Threads: any.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace parley::isolation {

/// A statement that has lost one of its tenant predicates.
struct Mutant {
  std::string statement;  ///< as the product writes it
  std::string changed;    ///< the same, true for every tenant in one place
};

/// One mutant for each `tenant_id = $n` or `a.tenant_id = b.tenant_id` of `statement`.
std::vector<Mutant> mutants_of(const std::string& statement);

/// What was prepared since the last call of forget_statements(), and mentions a tenant.
std::set<std::string> noted_statements();
void forget_statements();

/// From now on `mutant`'s statement is prepared as changed; nullopt: none.
void mutate(std::optional<Mutant> mutant);

}  // namespace parley::isolation
