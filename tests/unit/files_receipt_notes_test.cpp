// What a receipt and a prompt tell of how values were changed when they were imported.
#include <gmock/gmock.h>

#include "files/context.h"
#include "files/receipt_notes.h"
#include "tests/unit/files_fixture.h"

namespace parley::files {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* changed =
    "d,price,t,v\n"
    "01/02/2026,\"1,234\",2026-03-31T23:30:00-05:00,-\n"
    "03/04/2026,\"2,500\",2026-03-31T10:00:00-05:00,5\n";
constexpr const char* dashes = "Cells such as \"NA\" or \"-\" that are NULL: 1";

class ReceiptNotes : public FilesFixture {
 protected:
  ReceiptNotes() {
    const std::string id = new_conversation();
    EXPECT_TRUE(upload(id, changed, "orders.csv"));
    EXPECT_TRUE(upload(id, "\"od\"\"d\",plain\n\"1,000\",1\n\"2,000\",2\n", "other.csv"));
    files_ = service_->list(scope_, id).value();
  }

  std::vector<StoredFile> files_;
};

TEST_F(ReceiptNotes, AreThoseOfWhatTheStatementReads) {
  const auto dash = HasSubstr("\"-\"");
  EXPECT_THAT(notes_of(files_, "SELECT sum(\"price\") FROM orders"),
              ElementsAre("price: thousands separators taken off", dash));
  EXPECT_THAT(notes_of(files_, "select max(D), MIN(t) from ORDERS"),
              ElementsAre(HasSubstr("d: month before day"), "t: in UTC", dash));
  EXPECT_THAT(notes_of(files_, "SELECT count(*), 2 * v FROM orders"), ElementsAre(dash));
  EXPECT_THAT(notes_of(files_, "SELECT * FROM \"orders\" LIMIT 3"), testing::SizeIs(4));
  EXPECT_THAT(notes_of(files_, "SELECT o.* FROM orders AS o"), testing::SizeIs(4));
  EXPECT_THAT(notes_of(files_, "SELECT prices FROM orders_2"), IsEmpty());
  EXPECT_THAT(notes_of(files_, "SELECT \"od\"\"d\" FROM other"),
              ElementsAre("od\"d: thousands separators taken off"));
  EXPECT_THAT(notes_of(files_, "SELECT plain FROM other"), IsEmpty());
  EXPECT_THAT(notes_of({}, "SELECT 1"), IsEmpty());
}

TEST_F(ReceiptNotes, AreBounded) {
  StoredFile& file = files_.front();
  datasets::Table& table = file.dataset.tables.front();
  for (int i = 0; i < 100; ++i) table.notes.push_back(std::string(999, 'x') + std::to_string(i));
  table.notes.push_back(std::string(190, 'y'));
  const auto notes = notes_of({file}, "SELECT 1 FROM " + table.name);
  for (const std::string& note : notes) EXPECT_LE(note.size(), note_characters_max + 3);
  table.notes.clear();
  for (int i = 0; i < 100; ++i) table.notes.push_back(std::to_string(i));
  const auto many = notes_of({file}, "SELECT 1 FROM " + table.name);
  ASSERT_EQ(many.size(), notes_max + 1);
  EXPECT_EQ(many.back(), "… and 88 more");
}

TEST_F(ReceiptNotes, AreInThePrompt) {
  const std::string text = describe_for_model(files_, 8'000);
  EXPECT_THAT(text, HasSubstr("- \"d\" date, 2026-01-02 to 2026-03-04 (month before day"));
  EXPECT_THAT(text, HasSubstr("(thousands separators taken off)\n"));
  EXPECT_THAT(text, HasSubstr("(in UTC)\n"));
  EXPECT_THAT(text, HasSubstr(std::string("Notes: ") + dashes));
  EXPECT_LE(describe_for_model(files_, 600).size(), 620U);
}

}  // namespace
}  // namespace parley::files
