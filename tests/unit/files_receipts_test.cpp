// Receipts in the database.
#include "base/ids.h"
#include "files/store.h"
#include "tests/unit/files_fixture.h"

namespace parley::files {
namespace {

class FilesReceipts : public FilesFixture {
 protected:
  void insert(const std::string& id, const std::string& message_id, const std::string& sql) {
    Receipt receipt;
    receipt.id = new_uuid(entropy_);
    receipt.sql = sql;
    receipt.created_at_ms = clock_.now_ms();
    ASSERT_TRUE(database_->write<bool>(scope_, [&](const db::Tx& tx) -> Result<bool> {
      store::insert_receipt(tx, scope_, id, message_id, receipt);
      return true;
    }));
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

}  // namespace
}  // namespace parley::files
