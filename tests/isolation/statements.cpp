#include "tests/isolation/statements.h"

#include <sqlite3.h>

#include <mutex>
#include <regex>

namespace parley::isolation {

namespace {

struct Noted {
  std::mutex mutex;  ///< guards what follows
  std::set<std::string> statements;
  std::optional<Mutant> mutant;
};

Noted& noted() {
  static Noted all;
  return all;
}

/// Notes `statement`; what is to be prepared in its place.
std::string pass(const std::string& statement) {
  Noted& all = noted();
  const std::scoped_lock lock(all.mutex);
  if (statement.find("tenant_id") != std::string::npos) all.statements.insert(statement);
  return all.mutant && all.mutant->statement == statement ? all.mutant->changed : statement;
}

}  // namespace

std::vector<Mutant> mutants_of(const std::string& statement) {
  static const std::regex predicate(R"((\w+\.)?tenant_id\s*=\s*(\$\d+|\w+\.tenant_id))");
  std::vector<Mutant> out;
  const auto end = std::sregex_iterator();
  for (auto at = std::sregex_iterator(statement.begin(), statement.end(), predicate); at != end;
       ++at) {
    // The parameter stays, so that the others keep their numbers.
    out.push_back(
        {statement, statement.substr(0, static_cast<size_t>(at->position())) + "(" + at->str(2) +
                        " IS NOT NULL)" +
                        statement.substr(static_cast<size_t>(at->position() + at->length()))});
  }
  return out;
}

std::set<std::string> noted_statements() {
  const std::scoped_lock lock(noted().mutex);
  return noted().statements;
}

void forget_statements() {
  const std::scoped_lock lock(noted().mutex);
  noted().statements.clear();
}

void mutate(std::optional<Mutant> mutant) {
  const std::scoped_lock lock(noted().mutex);
  noted().mutant = std::move(mutant);
}

}  // namespace parley::isolation

// The linker's names for what is called, and for what it would have been.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" int __real_sqlite3_prepare_v2(sqlite3* connection, const char* sql, int bytes,
                                         sqlite3_stmt** statement, const char** rest);

extern "C" int __wrap_sqlite3_prepare_v2(sqlite3* connection, const char* sql, int bytes,
                                         sqlite3_stmt** statement, const char** rest) {
  if (rest != nullptr) return __real_sqlite3_prepare_v2(connection, sql, bytes, statement, rest);
  const std::string text = parley::isolation::pass(
      bytes < 0 ? std::string(sql) : std::string(sql).substr(0, static_cast<size_t>(bytes)));
  return __real_sqlite3_prepare_v2(connection, text.c_str(), -1, statement, nullptr);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
