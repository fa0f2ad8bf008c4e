// TempDatabase: a real database in a directory of its own, with a table to play with:
// notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE).
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "base/clock.h"
#include "db/database.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley {

inline const Scope system_scope = ScopeForTests::system();

class TempDatabase {
 public:
  explicit TempDatabase(db::DatabaseOptions options = {}) : options_(std::move(options)) {
    options_.path = directory_.path("parley.db");
    open();
  }

  db::Database& operator*() { return *database_; }
  db::Database* operator->() { return database_.get(); }
  const std::string& path() const { return options_.path; }
  const TempDir& directory() const { return directory_; }

  /// As after a clean restart.
  void reopen() {
    database_.reset();
    open();
  }

  Result<int64_t> insert(const std::string& text) {
    return database_->write<int64_t>(system_scope, [&](const db::Tx& tx) -> Result<int64_t> {
      return *tx.first("INSERT INTO notes (text) VALUES ($1) RETURNING id", {text},
                       [](const db::Row& row) { return row.integer(0); });
    });
  }

  int64_t count() {
    auto counted = database_->read<int64_t>([](const db::Reader& reader) -> Result<int64_t> {
      return *reader.first("SELECT count(*) FROM notes", {},
                           [](const db::Row& row) { return row.integer(0); });
    });
    EXPECT_TRUE(counted) << counted.error().detail;
    return counted.value_or(-1);
  }

 private:
  void open() {
    auto opened = db::Database::open(options_, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    auto made = database_->write<bool>(system_scope, [](const db::Tx& tx) -> Result<bool> {
      tx.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE)", {});
      return true;
    });
    if (!made) throw std::runtime_error(made.error().detail);
  }

  SystemClock clock_;
  TempDir directory_;
  db::DatabaseOptions options_;
  std::unique_ptr<db::Database> database_;
};

}  // namespace parley
