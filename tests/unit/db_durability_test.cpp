// What was acknowledged is there: after a kill at any moment, and after the disk was full.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <thread>

#include "tests/fakes/temp_database.h"

namespace parley::db {
namespace {

Result<bool> insert(Database& database, int64_t id) {
  return database.write<bool>(system_scope, [id](const Tx& tx) -> Result<bool> {
    // Two rows per write: a torn transaction would show.
    tx.execute("INSERT INTO notes (id, text) VALUES ($1, $2)", {id, "a" + std::to_string(id)});
    tx.execute("INSERT INTO notes (id, text) VALUES ($1, $2)", {-id, "b" + std::to_string(id)});
    return true;
  });
}

/// The child: eight threads write; each acknowledged id goes to the pipe at once. Never returns.
[[noreturn]] void write_until_killed(const std::string& path, int pipe, int64_t first_id) {
  SystemClock clock;
  auto database = Database::open({.path = path}, clock);
  if (!database) _exit(2);
  std::vector<std::jthread> threads;
  for (int64_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int64_t id = first_id + t;; id += 8) {
        if (!insert(**database, id)) _exit(3);
        if (write(pipe, &id, sizeof id) != sizeof id) _exit(4);
      }
    });
  }
  threads.clear();
  _exit(5);
}

/// Kills the child after `acknowledgements`, and returns all that it acknowledged.
std::set<int64_t> acknowledged_before_kill(const std::string& path, int64_t first_id,
                                           size_t acknowledgements) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    write_until_killed(path, ends[1], first_id);
  }
  close(ends[1]);
  std::set<int64_t> seen;
  int64_t id = 0;
  while (read(ends[0], &id, sizeof id) == sizeof id) {
    seen.insert(id);
    if (seen.size() == acknowledgements) kill(child, SIGKILL);
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
  return seen;
}

std::set<int64_t> stored_ids(TempDatabase& database) {
  std::set<int64_t> stored;
  auto read = database->read<bool>([&](const Reader& reader) -> Result<bool> {
    reader.query("SELECT id FROM notes", {},
                 [&](const Row& row) { stored.insert(row.integer(0)); });
    return true;
  });
  EXPECT_TRUE(read);
  return stored;
}

TEST(DurabilityTest, AKilledServerLosesNothingItAcknowledged) {
  TempDatabase database;
  for (int round = 0; round < 10; ++round) {
    database->close();
    const int64_t first_id = 1 + round * 1'000'000;
    const auto acknowledged =
        acknowledged_before_kill(database.path(), first_id, static_cast<size_t>(1 + round * 37));
    database.reopen();
    const auto stored = stored_ids(database);
    for (const int64_t id : acknowledged) EXPECT_TRUE(stored.contains(id)) << "lost " << id;
    for (const int64_t id : stored) EXPECT_TRUE(stored.contains(-id)) << "half of " << id;
  }
}

class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit limited = before_;
    limited.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FileSizeLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

/// The operating system refuses to let a file grow (EFBIG), as it does on a full disk (ENOSPC).
TEST(DurabilityTest, WhenTheDiskIsFullWritesFailReadsGoOnAndItHealsByItself) {
  TempDatabase database;
  int64_t acknowledged = 0;
  {
    const FileSizeLimit limit(600'000);
    Result<int64_t> last = 0;
    for (int i = 0; i < 1'000 && last; ++i) {
      last = database.insert(std::to_string(i) + std::string(10'000, 'x'));
      if (last) ++acknowledged;
    }
    ASSERT_FALSE(last);
    EXPECT_EQ(last.error().code, ErrorCode::storage_full) << last.error().detail;
    EXPECT_GT(acknowledged, 0);
    EXPECT_EQ(database.count(), acknowledged);
  }
  EXPECT_TRUE(database.insert("space is back"));
  EXPECT_EQ(database.count(), acknowledged + 1);
  database.reopen();
  EXPECT_EQ(database.count(), acknowledged + 1);
}

}  // namespace
}  // namespace parley::db
