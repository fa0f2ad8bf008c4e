// Authorizer: what a statement may do, as an allow-list that SQLite asks while it compiles.
//
// SELECT, WITH RECURSIVE, reading columns of the datasets' own tables, and the functions listed in
// authorizer.cpp. Everything else (any write, ATTACH, pragma, schema table, virtual table) is
// refused. sqlite.org/c3ref/set_authorizer.html. Threads: one.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "datasets/catalog.h"

namespace parley::datasets {

class Authorizer {
 public:
  /// Makes json_each and json_tree known to the connection first: that writes to its schema in
  /// memory, which is refused later.
  Authorizer(sqlite3* connection, const Catalog& catalog);
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;
  ~Authorizer();

  /// Why the last statement was refused, for whoever wrote it; empty if it was not.
  const std::string& refusal() const { return refusal_; }

 private:
  static int decide(void* self, int action, const char* first, const char* second,
                    const char* schema, const char* trigger);
  bool may_read(std::string_view table, std::string_view column, const char* schema);
  bool may_call(std::string_view function);

  sqlite3* connection_;
  std::set<std::string, std::less<>> tables_;   // lower case
  std::set<std::string, std::less<>> modules_;  // names of virtual tables that are not for readers
  std::string refusal_;
};

}  // namespace parley::datasets
