// What may happen beside an upload: others of the same name, cancelling, tables that are missing.
#include "datasets/runner.h"
#include "files/queries.h"
#include "files/store.h"
#include "tests/unit/files_fixture.h"

namespace parley::files {
namespace {

namespace fs = std::filesystem;

using FilesTables = FilesFixture;

TEST_F(FilesTables, TwoUploadsAtOnceNeverShareATableName) {
  const std::string id = new_conversation();
  const std::string csv = "a\n1\n";
  net::RequestBody body;
  body.bytes = csv;
  Upload slow{"orders.csv", "", &body, 0, static_cast<int64_t>(csv.size())};
  std::optional<Result<StoredFile>> fast;
  std::vector<int64_t> progress;
  slow.on_progress = [&](int64_t bytes, int64_t) {
    progress.push_back(bytes);
    if (!fast) fast = upload(id, "[{\"a\":1}]", "ORDERS.json");
  };
  const auto stored_slow = service_->upload(scope_, id, slow);
  ASSERT_TRUE(stored_slow) << stored_slow.error().message;
  ASSERT_TRUE(fast && *fast);
  EXPECT_EQ((*fast)->dataset.tables.at(0).name, "orders");
  EXPECT_EQ(stored_slow->dataset.tables.at(0).name, "orders_2");
  const auto files = service_->list(scope_, id).value();
  ASSERT_EQ(files.size(), 2U);
  EXPECT_NE(files[0].dataset.tables.at(0).name, files[1].dataset.tables.at(0).name);
  EXPECT_EQ(disk_files().size(), 2U);
  EXPECT_TRUE(std::is_sorted(progress.begin(), progress.end()));
}

TEST_F(FilesTables, TablesMadeAgainNeverTakeANameOfAnotherFile) {
  const std::string id = new_conversation();
  ASSERT_TRUE(upload(id, "a\n1\n", "orders.csv"));
  StoredFile json = upload(id, "[{\"a\":1}]", "orders.json").value();
  const auto set = [&] {
    return database_->write<void>(scope_, [&](const db::Tx& tx) -> Result<void> {
      return store::set_dataset(tx, scope_, id, json);
    });
  };
  EXPECT_TRUE(set()) << "its own names are free";
  json.dataset.tables.at(0).name = "ORDERS";
  const auto refused = set();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
}

TEST_F(FilesTables, AnUploadCancelledWhileItWaitedIsNotRead) {
  const std::string id = new_conversation();
  net::RequestBody body;
  body.bytes = "a\n1\n";
  std::stop_source stop;
  Upload cancelled{"a.csv", "text/csv", &body, 0, static_cast<int64_t>(body.bytes.size())};
  cancelled.stop = stop.get_token();
  int reads = 0;
  cancelled.on_progress = [&reads](int64_t, int64_t) { ++reads; };
  stop.request_stop();
  EXPECT_EQ(service_->upload(scope_, id, cancelled).error().code, ErrorCode::unavailable);
  EXPECT_EQ(reads, 0);
}

TEST_F(FilesTables, AFileTooManyIsRefusedBeforeItIsRead) {
  Options options;
  options.files_max = 2;
  start(options);
  const std::string id = new_conversation();
  ASSERT_TRUE(upload(id, "a\n1\n", "a.csv"));
  ASSERT_TRUE(upload(id, "a\n1\n", "b.csv"));
  const auto refused = upload(id, "[1", "c.json");
  EXPECT_EQ(refused.error().message, "A session can have at most 2 files. Delete one first.");
  EXPECT_EQ(upload(id, "a\n\"x", "B.csv").error().message, "Failed to process file");
}

TEST_F(FilesTables, MissingTablesAreMadeOnceForAllWhoWait) {
  const std::string id = new_conversation();
  StoredFile file = upload(id, "a\n1\n").value();
  const std::string path = service_->tables_of(scope_, id, file).value();
  fs::remove(path);
  file.dataset.tables.clear();  // as everyone read it who waits for the first to end
  ASSERT_EQ(service_->tables_of(scope_, id, file).value(), path);
  const std::string same = path + "-same";
  fs::create_hard_link(path, same);
  EXPECT_EQ(service_->tables_of(scope_, id, file).value(), path);
  EXPECT_TRUE(fs::equivalent(path, same)) << "made again";
  fs::remove(same);
}

TEST_F(FilesTables, AFileFromBeforeThereWereTablesIsDescribed) {
  const std::string id = new_conversation();
  const StoredFile file = upload(id, "city,n\nBern,1\n", "cities.csv").value();
  fs::remove(service_->tables_of(scope_, id, file).value());
  ASSERT_TRUE(database_->write<int64_t>(scope_, [](const db::Tx& tx) -> Result<int64_t> {
    return tx.execute("UPDATE files SET dataset = ''", {});
  }));
  datasets::Runner runner({});
  Queries queries({}, *service_, runner, *database_, clock_, entropy_);
  const auto described = queries.describe(scope_, id, "");
  ASSERT_TRUE(described) << described.error().message;
  EXPECT_EQ((*described)["tables"][0]["name"], "cities");
  EXPECT_EQ((*described)["tables"][0]["columns"][0]["name"], "city");
  EXPECT_EQ(stored(id)->dataset.tables.size(), 1U);
}

}  // namespace
}  // namespace parley::files
