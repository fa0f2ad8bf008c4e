#include "db/sqlite/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temp_database.h"

namespace parley::db::sqlite {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int64_t now_ms = 1'000;

const Migration first{"0001_first", "CREATE TABLE one (id INTEGER); INSERT INTO one VALUES (1);"};
const Migration second{"0002_second", "CREATE TABLE two (id INTEGER); DROP TABLE one;"};

class MigrateTest : public testing::Test {
 protected:
  MigrateTest() { std::ofstream(path_).flush(); }

  std::unique_ptr<Connection> connect() {
    return std::make_unique<Connection>(path_, Role::writer, 1'000);
  }

  static std::vector<std::string> tables(Connection& connection) {
    std::vector<std::string> names;
    connection.run(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_migrations' "
        "ORDER BY name",
        {}, [&](const Row& row) { names.push_back(row.text(0)); });
    return names;
  }

  TempDir directory_;
  std::string path_ = directory_.path("parley.db");
};

TEST_F(MigrateTest, RunsEachStepOnceAndInOrder) {
  const auto connection = connect();
  ASSERT_TRUE(migrate(*connection, {first}, now_ms));
  EXPECT_THAT(tables(*connection), ElementsAre("one"));
  ASSERT_TRUE(migrate(*connection, {first, second}, now_ms));
  EXPECT_THAT(tables(*connection), ElementsAre("two"));
  ASSERT_TRUE(migrate(*connection, {first, second}, now_ms));
  EXPECT_THAT(tables(*connection), ElementsAre("two"));
}

TEST_F(MigrateTest, AFaultyStepLeavesTheSchemaBeforeIt) {
  const auto connection = connect();
  const Migration faulty{"0002_faulty",
                         "CREATE TABLE half (id INTEGER); INSERT INTO one VALUES (2);"
                         "INSERT INTO missing VALUES (1);"};
  const auto migrated = migrate(*connection, {first, faulty}, now_ms);
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::internal);
  EXPECT_THAT(migrated.error().detail, HasSubstr("0002_faulty"));
  EXPECT_THAT(tables(*connection), ElementsAre("one"));
  int64_t rows = 0;
  connection->run("SELECT count(*) FROM one", {}, [&](const Row& row) { rows = row.integer(0); });
  EXPECT_EQ(rows, 1);
  EXPECT_TRUE(migrate(*connection, {first, second}, now_ms)) << "a repaired step runs";
}

TEST_F(MigrateTest, AStepThatCommitsByItselfIsRefused) {
  const auto connection = connect();
  const auto migrated =
      migrate(*connection, {{"0001_sly", "CREATE TABLE sly (id INTEGER); COMMIT;"}}, now_ms);
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::internal);
}

TEST_F(MigrateTest, ANewerFileIsRefusedUntouched) {
  const auto connection = connect();
  ASSERT_TRUE(migrate(*connection, {first, second}, now_ms));
  const auto migrated = migrate(*connection, {first}, now_ms);
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::conflict);
  EXPECT_THAT(tables(*connection), ElementsAre("two"));
}

TEST_F(MigrateTest, AFileWithAnotherHistoryIsRefused) {
  const auto connection = connect();
  ASSERT_TRUE(migrate(*connection, {first}, now_ms));
  const auto migrated = migrate(*connection, {{"0001_other", first.sql}}, now_ms);
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, ErrorCode::conflict);
}

TEST_F(MigrateTest, TheEmbeddedStepsRunAndAreRecorded) {
  const auto connection = connect();
  const auto migrated = migrate(*connection, embedded_migrations(), now_ms);
  ASSERT_TRUE(migrated) << migrated.error().detail;
  std::vector<std::string> names;
  connection->run("SELECT name FROM schema_migrations ORDER BY version", {},
                  [&](const Row& row) { names.push_back(row.text(0)); });
  ASSERT_EQ(names.size(), embedded_migrations().size());
  EXPECT_EQ(names[0], "0001_conversations");
}

TEST_F(MigrateTest, MessagesFromBeforeTheyWereCountedAreCounted) {
  const auto connection = connect();
  auto older = embedded_migrations();
  while (older.back().name != "0006_message_counts") older.pop_back();
  older.pop_back();
  ASSERT_TRUE(migrate(*connection, older, now_ms));
  connection->run_script(
      "INSERT INTO tenants (id, name, created_at) VALUES ('t', '', 0), ('u', '', 0);"
      "INSERT INTO conversations (tenant_id, id, config, token_hash, last_seq, cleared_seq,"
      "  created_at, last_activity_at) VALUES ('t', 'some', '{}', '', 7, 3, 0, 0),"
      "  ('u', 'some', '{}', '', 1, 0, 0, 0), ('t', 'cleared', '{}', '', 2, 2, 0, 0);"
      "INSERT INTO messages (tenant_id, conversation_id, seq, id, author, content, created_at)"
      "  VALUES ('t', 'some', 4, 'a', 'visitor', 'ab', 0), ('t', 'some', 7, 'b', 'visitor', 'ä', "
      "0),"
      "  ('u', 'some', 1, 'c', 'visitor', '', 0);");
  const auto migrated = migrate(*connection, embedded_migrations(), now_ms);
  ASSERT_TRUE(migrated) << migrated.error().detail;
  std::vector<std::string> counts;
  connection->run(
      "SELECT tenant_id || ' ' || id || ' ' || message_count || ' ' || message_bytes "
      "FROM conversations ORDER BY 1",
      {}, [&](const Row& row) { counts.push_back(row.text(0)); });
  EXPECT_THAT(counts, ElementsAre("t cleared 0 0", "t some 2 4", "u some 1 0"));
}

/// Killed at 20 different moments of a step that takes a while: old or new, never between.
TEST_F(MigrateTest, AKilledProcessLeavesTheOldOrTheNewSchema) {
  std::string long_step = "CREATE TABLE big (id INTEGER PRIMARY KEY, text TEXT);";
  for (int i = 0; i < 40; ++i) {
    long_step +=
        "INSERT INTO big (text) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 500) SELECT hex(randomblob(100)) FROM n;";
  }
  long_step += "DROP TABLE one;";
  const std::vector<Migration> steps{first, {"0002_long", long_step}};
  for (int kill_after_ms = 0; kill_after_ms < 40; kill_after_ms += 2) {
    const std::string path = directory_.path(std::to_string(kill_after_ms));
    std::ofstream(path).flush();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      // The signal's default action ends the process at once, wherever it is.
      const itimerval alarm{{0, 0}, {0, 1 + kill_after_ms * 1'000}};
      setitimer(ITIMER_REAL, &alarm, nullptr);
      Connection connection(path, Role::writer, 1'000);
      const auto migrated = migrate(connection, steps, now_ms);
      _exit(migrated ? 0 : 1);
    }
    waitpid(child, nullptr, 0);
    Connection connection(path, Role::writer, 1'000);
    const auto names = tables(connection);
    const bool before = names.empty();
    const bool between = names == std::vector<std::string>{"one"};
    const bool after = names == std::vector<std::string>{"big"};
    EXPECT_TRUE(before || between || after) << kill_after_ms;
    EXPECT_TRUE(migrate(connection, steps, now_ms)) << kill_after_ms;
    EXPECT_THAT(tables(connection), ElementsAre("big"));
  }
}

TEST(DatabaseMigrationTest, OpenRefusesAFileOfANewerServer) {
  TempDatabase database;
  auto written =
      database->write<bool>(ScopeForTests::system(), [](const db::Tx& tx) -> Result<bool> {
        tx.execute("INSERT INTO schema_migrations VALUES (9999, '9999_future', 0)", {});
        return true;
      });
  ASSERT_TRUE(written);
  database->close();
  FakeClock clock;
  const auto opened = Database::open({.path = database.path()}, clock);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::conflict);
  EXPECT_THAT(opened.error().message, HasSubstr("newer"));
}

}  // namespace
}  // namespace parley::db::sqlite
