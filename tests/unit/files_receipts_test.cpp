// Receipts in the database.
#include <fstream>
#include <iterator>

#include "base/ids.h"
#include "files/store.h"
#include "tests/unit/files_fixture.h"

namespace parley::files {
namespace {

namespace fs = std::filesystem;

class FilesReceipts : public FilesFixture {
 protected:
  void insert(const std::string& id, const std::string& message_id, const std::string& sql,
              const std::vector<StoredFile>& files = {}, const std::string& cell = "") {
    Receipt receipt;
    receipt.id = new_uuid(entropy_);
    receipt.sql = sql;
    receipt.row_count = 1;
    receipt.result.rows = Json::array({Json::array({cell})});
    for (const StoredFile& file : files) receipt.files.push_back({file.id, file.name, file.sha256});
    receipt.created_at_ms = clock_.now_ms();
    ASSERT_TRUE(database_->write<bool>(scope_, [&](const db::Tx& tx) -> Result<bool> {
      store::insert_receipt(tx, scope_, id, message_id, receipt);
      return true;
    }));
  }

  /// By statement: the rows, or "deleted".
  std::map<std::string, std::string> results(const std::string& id) {
    const auto found = database_->read<ReceiptsByMessage>(
        [&](const db::Reader& reader) -> Result<ReceiptsByMessage> {
          return store::list_receipts(reader, scope_, id);
        });
    std::map<std::string, std::string> out;
    for (const auto& [message_id, receipts] : *found) {
      for (const Receipt& one : receipts) {
        EXPECT_EQ(one.is_file_deleted, one.result.rows.empty());
        EXPECT_EQ(one.row_count, 1) << "what is known of it stays";
        out[one.sql] = one.is_file_deleted ? "deleted" : dump(one.result.rows);
      }
    }
    return out;
  }

  std::vector<std::string> statements(const std::string& id, const std::string& message_id) {
    using ByMessage = std::map<std::string, std::vector<Receipt>>;
    const ByMessage found =
        database_
            ->read<ByMessage>([&](const db::Reader& reader) -> Result<ByMessage> {
              return store::list_receipts(reader, scope_, id);
            })
            .value();
    std::vector<std::string> out;
    if (found.count(message_id) == 0) return out;
    for (const Receipt& receipt : found.at(message_id)) out.push_back(receipt.sql);
    return out;
  }
};

TEST_F(FilesReceipts, StayInTheOrderOfAskingWhenTheClockIsSetBack) {
  const std::string id = new_conversation();
  insert(id, "m", "first");
  clock_.advance_ms(-60'000);
  insert(id, "m", "second");
  insert(id, "other", "third");
  insert(id, "m", "fourth");
  EXPECT_EQ(statements(id, "m"), (std::vector<std::string>{"first", "second", "fourth"}));
  EXPECT_EQ(statements(id, "other"), std::vector<std::string>{"third"});
  const std::string next = new_conversation();
  insert(next, "m", "of another");
  EXPECT_EQ(statements(next, "m"), std::vector<std::string>{"of another"});
}

TEST_F(FilesReceipts, LoseTheirRowsWithTheFile) {
  const std::string id = new_conversation();
  const std::string other = new_conversation();
  const StoredFile former = upload(id, "a\n1\n", "Orders.csv").value();
  insert(id, "m", "former", {former}, "x");
  const StoredFile orders = upload(id, "a\n2\n", "orders.csv").value();
  EXPECT_EQ(results(id)["former"], R"([["x"]])") << "an upload that replaces it deletes nothing";
  const StoredFile people = upload(id, "a\n3\n", "people.csv").value();
  insert(id, "m", "orders", {orders}, "x");
  insert(id, "m", "both", {people, orders}, "x");
  insert(id, "m", "people", {people}, "x");
  insert(other, "m", "orders", {orders}, "x");
  ASSERT_EQ(service_->remove(scope_, id, orders.id), 1);
  using Results = std::map<std::string, std::string>;
  EXPECT_EQ(results(id), (Results{{"former", "deleted"},
                                  {"orders", "deleted"},
                                  {"both", "deleted"},
                                  {"people", R"([["x"]])"}}));
  EXPECT_EQ(results(other)["orders"], R"([["x"]])");
  ASSERT_EQ(service_->remove(scope_, id, ""), 1);
  EXPECT_EQ(results(id)["people"], "deleted");
}

TEST_F(FilesReceipts, LeaveNoByteOfTheirRowsBehind) {
  const std::string id = new_conversation();
  const StoredFile file = upload(id, "a\n1\n").value();
  const std::string secret = "Wren-" + std::string(9'000, 'k') + "-Lindqvist";
  insert(id, "m", "SELECT 1", {file}, secret);
  const auto holds = [this](const std::string& text) {
    for (const auto& entry : fs::recursive_directory_iterator(database_.directory().path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream bytes(entry.path(), std::ios::binary);
      const std::string all{std::istreambuf_iterator<char>(bytes), {}};
      if (all.find(text) != std::string::npos) return true;
    }
    return false;
  };
  ASSERT_TRUE(holds("Wren-kkk") && holds("kkk-Lindqvist"));
  ASSERT_EQ(service_->remove(scope_, id, file.id), 1);
  EXPECT_FALSE(holds("Wren-kkk") || holds("kkk-Lindqvist"));
}

TEST_F(FilesReceipts, WhatCouldBeReplayedIsForgottenInTheSameTransaction) {
  const std::string id = new_conversation();
  ASSERT_TRUE(upload(id, "a\n1\n"));
  std::vector<std::string> forgotten;
  service_->on_remove(
      [&](const db::Tx&, const Scope&, const std::string& of) { forgotten.push_back(of); });
  ASSERT_TRUE(upload(id, "a\n2\n"));
  EXPECT_TRUE(forgotten.empty());
  ASSERT_EQ(service_->remove(scope_, id, ""), 1);
  EXPECT_EQ(forgotten, std::vector<std::string>{id});
}

}  // namespace
}  // namespace parley::files
