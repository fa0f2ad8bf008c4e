// What decides how numbers are read where the cells of the column leave a choice.
#include "tests/unit/datasets_texts.h"

namespace parley::datasets {
namespace {

using namespace std::string_literals;

const std::string separators_note = "thousands separators taken off";

TEST(ImportStyles, OfJsonTextsAreJudgedAsWell) {
  const Imported imported = import_json_text(R"([{"x":1},{"x":"TBD"},{"x":2.5},{"x":[1]}])");
  EXPECT_EQ(imported.column(0).note, "lists as JSON text");
  const Imported plain = import_json_text(R"([{"x":1},{"x":"TBD"},{"x":2.5}])");
  const Imported reals = import_json_text(R"([{"x":1E5},{"x":1.250}])");
  EXPECT_EQ(reals.column(0).type, ColumnType::real);
  EXPECT_EQ(reals.column(0).note, "");
  EXPECT_EQ(plain.column(0).note, "text because of \"TBD\"; 2 of 3 cells are numbers");
}

/// The sum of the column `name` and what is noted of it.
std::pair<std::string, std::string> sum_and_note(const std::string& text, size_t column) {
  const Imported imported(text);
  const std::string& name = imported.column(column).name;
  return {imported.rows("SELECT sum(\"" + name + "\") FROM t").at(0).at(0),
          imported.column(column).note};
}

TEST(ImportStyles, OfPointsInASemicolonFileAreThousands) {
  EXPECT_EQ(
      sum_and_note("region;revenue\nNord;1.250\nSüd;2.500\nOst;980\n", 1),
      std::pair("4730"s, separators_note + ", \"1.250\" is read as 1250, though it could be 1.25"));
  EXPECT_EQ(
      sum_and_note("a;b\nx;1,250\n", 1),
      std::pair("1.25"s, "decimal comma, \"1,250\" is read as 1.25, though it could be 1250"s));
}

TEST(ImportStyles, OfPointsFollowAColumnThatTells) {
  const std::string rows = "region;revenue;kosten\nNord;1.250;1,5\nSüd;2.500;2,5\nOst;3.100;3,5\n";
  EXPECT_EQ(sum_and_note(rows, 1), std::pair("6850"s, separators_note));
  EXPECT_EQ(sum_and_note("a\tb\n1.250\t1,5\n", 0), std::pair("1250"s, separators_note));
  EXPECT_EQ(sum_and_note("a;b\n1.250;19.99\n", 0), std::pair("1.25"s, ""s));
  EXPECT_EQ(sum_and_note("a,b\n1.250,19.99\n", 0), std::pair("1.25"s, ""s));
  EXPECT_EQ(sum_and_note("a,b\n1.250,\"1,5\"\n", 0), std::pair("1250"s, separators_note));
  EXPECT_EQ(sum_and_note("a,b\n\"1,250\",19.99\n", 0), std::pair("1250"s, separators_note));
}

TEST(ImportStyles, OfCommasWithoutAnyHintAreThousands) {
  EXPECT_EQ(sum_and_note("a,b\n\"1,250\",x\n", 0), std::pair("1250"s, separators_note));
}

}  // namespace
}  // namespace parley::datasets
