// Statements that want more than to read the session's own tables: none gets it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/unit/datasets_bombs.h"
#include "tests/unit/datasets_fixture.h"

namespace parley::datasets {
namespace {

using Statements = std::vector<std::string>;

/// Every template with every name in the place of each {}.
void combine(Statements& all, const Statements& templates, const Statements& names) {
  for (const std::string& text : templates) {
    for (const std::string& name : names) {
      std::string statement = text;
      for (size_t at = 0; (at = statement.find("{}", at)) != std::string::npos; at += name.size()) {
        statement.replace(at, 2, name);
      }
      all.push_back(std::move(statement));
    }
  }
}

Statements writes() {
  Statements all;
  combine(all,
          {"INSERT INTO {} VALUES (1)",
           "INSERT INTO {} DEFAULT VALUES",
           "INSERT OR IGNORE INTO {} SELECT * FROM {}",
           "REPLACE INTO {} DEFAULT VALUES",
           "UPDATE {} SET id = 1",
           "UPDATE OR REPLACE {} SET id = id + 1 RETURNING id",
           "DELETE FROM {}",
           "DELETE FROM {} WHERE id = 1 RETURNING *",
           "DROP TABLE {}",
           "DROP TABLE IF EXISTS {}",
           "ALTER TABLE {} RENAME TO renamed",
           "ALTER TABLE {} ADD COLUMN added",
           "ALTER TABLE {} DROP COLUMN id",
           "CREATE INDEX i ON {}(id)",
           "CREATE TEMP TABLE copy AS SELECT * FROM {}",
           "CREATE TABLE copy AS SELECT * FROM {}",
           "CREATE VIEW v AS SELECT * FROM {}",
           "CREATE TEMP VIEW v AS SELECT * FROM {}",
           "CREATE TEMP TRIGGER t AFTER INSERT ON {} BEGIN SELECT 1; END",
           "CREATE VIRTUAL TABLE temp.v USING fts4(x, content={})",
           "REINDEX {}",
           "ANALYZE {}",
           "WITH x AS (SELECT 1) INSERT INTO {} SELECT * FROM x",
           "WITH x AS (SELECT 1) DELETE FROM {}",
           "SELECT 1; DELETE FROM {}",
           "SELECT 1 /* ; */ ; UPDATE {} SET id = 0",
           "SELECT 1 -- \n; DROP TABLE {}",
           "SELECT count(*) FROM orders; SELECT count(*) FROM {}",
           ";; DELETE FROM {} ;;",
           "/*! DELETE */ DELETE FROM {}",
           "EXPLAIN DELETE FROM {}",
           "EXPLAIN QUERY PLAN SELECT * FROM {}"},
          {"orders", "main.orders", "d2.customers", "\"orders\"", "[orders]", "`orders`", "ORDERS",
           "temp.orders", "sqlite_master", "main.sqlite_schema"});
  return all;
}

Statements pragmas() {
  Statements all;
  combine(all,
          {"PRAGMA {}", "PRAGMA {} = 1", "PRAGMA main.{}(1)", "pRaGmA/**/{}", "PRAGMA d2.{}=wal",
           "SELECT * FROM pragma_{}", "SELECT * FROM pragma_{}('orders')",
           "SELECT count(*) FROM pragma_{}", "SELECT 1 FROM \"PRAGMA_{}\"",
           "WITH x AS (SELECT * FROM pragma_{}) SELECT * FROM x"},
          {"table_list", "database_list", "writable_schema", "journal_mode", "query_only",
           "compile_options", "function_list", "module_list", "temp_store_directory",
           "trusted_schema", "table_info", "user_version", "wal_checkpoint", "hard_heap_limit"});
  return all;
}

Statements schema_reads() {
  Statements all;
  combine(all,
          {"SELECT * FROM {}", "SELECT count(*) FROM {}", "SELECT 1 FROM {} LIMIT 1",
           "SELECT * FROM main.{}", "SELECT (SELECT group_concat(name) FROM {})",
           "WITH x AS (SELECT * FROM {}) SELECT * FROM x", "SELECT * FROM \"{}\"",
           "SELECT * FROM orders WHERE id IN (SELECT rowid FROM {})",
           "SELECT * FROM orders NATURAL JOIN {}", "SELECT EXISTS (SELECT 1 FROM {})",
           "SELECT 1 UNION ALL SELECT count(*) FROM {}", "TABLE {}"},
          {"sqlite_master", "sqlite_schema", "SQLITE_MASTER", "sqlite_temp_master",
           "sqlite_temp_schema", "sqlite_sequence", "sqlite_stat1", "dbstat", "sqlite_dbpage",
           "sqlite_stmt", "bytecode", "tables_used", "fts3tokenize", "rtree", "d3.secrets"});
  return all;
}

Statements function_calls(const std::string& canary) {
  Statements all;
  combine(all,
          {"SELECT {}", "SELECT 1 WHERE {} IS NOT NULL", "SELECT * FROM orders ORDER BY {} LIMIT 1",
           "SELECT sum(x) FROM (SELECT {} AS x)", "WITH x(a) AS (SELECT {}) SELECT * FROM x",
           "SELECT CASE WHEN 0 THEN {} ELSE 1 END"},
          {"load_extension('x')",
           "load_extension('x', 'y')",
           "LOAD_EXTENSION('libc.so.6')",
           "readfile('" + canary + "/canary')",
           "writefile('" + canary + "/new', 'x')",
           "edit('x')",
           "fts3_tokenizer('simple')",
           "fts3_tokenizer('simple', x'00')",
           "randomblob(9)",
           "zeroblob(9)",
           "sqlite_version()",
           "sqlite_source_id()",
           "sqlite_compileoption_get(1)",
           "sqlite_log(1, 'x')",
           "sqlite_offset(id)",
           "last_insert_rowid()",
           "changes()",
           "total_changes()",
           "rtreecheck('x')",
           "sqlite_rename_table(1,2,3,4,5,6,7)",
           "subtype('x')",
           "fts5(1)",
           "snippet(1)",
           "\"load_extension\"('x')"});
  return all;
}

Statements others(const std::string& canary) {
  Statements all;
  combine(all,
          {"ATTACH '{}' AS x", "ATTACH DATABASE '{}' AS x", "attach/**/'{}' as x",
           "ATTACH 'file:{}?mode=rwc' AS x", "VACUUM INTO '{}'", "VACUUM main INTO '{}'",
           "SELECT 1; ATTACH '{}' AS x", "EXPLAIN ATTACH '{}' AS x", "SELECT * FROM '{}'",
           "SELECT * FROM \"{}\".secrets"},
          {canary + "/new.db", canary + "/canary", ":memory:", "", "/etc/passwd", "../canary"});
  combine(all, {"{}", "{};", "SELECT 1; {}", "/**/{}"},
          {"VACUUM",
           "DETACH main",
           "DETACH d2",
           "BEGIN",
           "BEGIN IMMEDIATE",
           "COMMIT",
           "END",
           "ROLLBACK",
           "SAVEPOINT s",
           "RELEASE s",
           "ANALYZE",
           "REINDEX",
           ".shell ls",
           ".read x",
           "\uFF24\uFF25\uFF2C\uFF25\uFF34\uFF25 FROM orders",
           "DELETE\u00A0FROM orders",
           "\u200BDELETE FROM orders",
           "D\u0415LETE FROM orders",
           "SELECT 1\u037E DELETE",
           "SELECT * INTO OUTFILE 'x' FROM orders",
           "COPY orders TO 'x'",
           "EXEC xp_cmdshell 'ls'"});
  return all;
}

TEST(DatasetsHostile, NoEscapeSucceedsAndNothingChanges) {
  const TempDir canary;
  std::ofstream(canary.path("canary")) << "alive";
  const std::string before = content_of(sales().folder()) + content_of(canary.path());
  Statements all;
  for (Statements part : {writes(), pragmas(), schema_reads(), function_calls(canary.path()),
                          others(canary.path())}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  EXPECT_GE(all.size(), 800U);
  for (const std::string& statement : all) {
    const auto result = run_sql(statement);
    EXPECT_FALSE(result) << statement << "\n" << result->rows.dump();
    if (result) continue;
    EXPECT_EQ(result.error().code, ErrorCode::invalid)
        << statement << ": " << result.error().message << " " << result.error().detail;
  }
  EXPECT_TRUE(content_of(sales().folder()) + content_of(canary.path()) == before);
}

/// Runs the bombs from `next` on until there are none left.
void explode(Runner& runner, const Statements& all, std::atomic<size_t>& next) {
  for (size_t i = next++; i < all.size(); i = next++) {
    Query query = sales().query(all[i]);
    query.limits.deadline_ms = 150;
    const auto result = runner.run("bombs", query, {});
    if (result) {
      EXPECT_LE(result->rows.size(), 1'000U) << all[i];
      EXPECT_LE(result->rows.dump().size(), 1'200'000U) << all[i];
    } else {
      EXPECT_EQ(result.error().code, ErrorCode::invalid)
          << all[i].substr(0, 300) << ": " << result.error().message << " "
          << result.error().detail;
    }
  }
}

TEST(DatasetsHostile, EveryBombEnds) {
  const Statements all = bombs();
  EXPECT_GE(all.size(), 100U);
  sales();
  Runner runner({.running_max = 2, .per_owner_max = 2, .wait_ms_max = 60'000});
  std::atomic<size_t> next = 0;
  const auto began = std::chrono::steady_clock::now();
  {
    std::jthread other([&] { explode(runner, all, next); });
    explode(runner, all, next);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(120));
  EXPECT_EQ(runner.statistics().running, 0);
  EXPECT_EQ(runner.statistics().queries_total, static_cast<int64_t>(all.size()));
}

TEST(DatasetsHostile, TheEngineHasOnlyItsMemory) {
  Query query = sales().query(
      "SELECT DISTINCT a.note || b.note || a.id || b.id AS k FROM orders a, orders b ORDER BY k");
  query.limits.heap_bytes_max = 4 * 1024 * 1024;
  query.limits.deadline_ms = 60'000;  // queries get what other work leaves of the processors
  const auto result = run_query(query);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the query needs too much memory");
}

}  // namespace
}  // namespace parley::datasets
