// JSON into tables: items, nested objects, arrays of objects, and what stays JSON text.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "tests/unit/datasets_texts.h"

namespace parley::datasets {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> columns_of(const Table& table) {
  std::vector<std::string> columns;
  for (const Column& column : table.columns) {
    columns.push_back(column.name + " " + std::string(name_of(column.type)));
  }
  return columns;
}

TEST(ImportJson, MakesARowOfEachItem) {
  const std::string_view rows = R"({"n":1,"x":"a","b":true,"r":1.5}
{"n":-2,"b":false,"r":2,"x":null})";
  const std::string list = R"([{"n":1,"x":"a","b":true,"r":1.5},{"n":-2,"b":false,"r":2}])";
  for (const std::string_view text : {rows, std::string_view(list)}) {
    const Imported imported = import_json_text(text);
    ASSERT_EQ(imported.error(), "");
    EXPECT_THAT(columns_of(imported.table()),
                ElementsAre("n integer", "x text", "b boolean", "r real"));
    EXPECT_EQ(imported.rows(), Rows({{"1", "a", "1", "1.5"}, {"-2", "∅", "0", "2.0"}}));
  }
}

TEST(ImportJson, FindsTypesInStringsAsInCells) {
  const Imported imported = import_json_text(
      R"([{"d":"31.03.2026","p":"12 %","z":"00123","big":18446744073709551616},
          {"d":"01.04.2026","p":"3 %","z":"1","big":1}])");
  EXPECT_THAT(columns_of(imported.table()),
              ElementsAre("d date", "p integer", "z text", "big text"));
  EXPECT_EQ(imported.rows(), Rows({{"2026-03-31", "12", "00123", "18446744073709551616"},
                                   {"2026-04-01", "3", "1", "1"}}));
}

TEST(ImportJson, NeverReadsANumbersPointAsThousands) {
  const Imported imported = import_json_text(R"([{"x":1.234},{"x":"1,5"}])");
  EXPECT_EQ(imported.rows(), Rows({{"1.234"}, {"1,5"}}));
}

TEST(ImportJson, FlattensNestedObjects) {
  const Imported imported = import_json_text(
      R"([{"id":1,"address":{"city":"Bern","geo":{"lat":46.9}}},
          {"id":2,"address":{"geo":{"lat":47},"city":"Zug"}},{"id":3,"address":"unknown"}])");
  EXPECT_THAT(
      columns_of(imported.table()),
      ElementsAre("id integer", "address text", "address.city text", "address.geo.lat real"));
  EXPECT_EQ(
      imported.rows(),
      Rows({{"1", "∅", "Bern", "46.9"}, {"2", "∅", "Zug", "47.0"}, {"3", "unknown", "∅", "∅"}}));
}

TEST(ImportJson, MakesTablesOfArraysOfObjects) {
  ImportOptions options;
  options.file_name = "Orders.json";
  const Imported imported(
      R"([{"id":7,"lines":[{"sku":"a","parts":[{"p":1},{"p":2}]},{"sku":"b"}]},
          {"id":8,"lines":[]},{"id":9,"lines":[{"sku":"c","parts":[{"p":3}]}]}])",
      FileType::json, options);
  ASSERT_EQ(imported.error(), "");
  EXPECT_EQ(imported.table(0).name, "orders");
  EXPECT_EQ(imported.table(1).name, "orders_lines");
  EXPECT_EQ(imported.table(1).title, "Orders.json › lines");
  EXPECT_EQ(imported.table(2).name, "orders_lines_parts");
  EXPECT_EQ(imported.table(2).title, "Orders.json › lines › parts");
  EXPECT_EQ(imported.table(2).rows, 3);
  EXPECT_THAT(columns_of(imported.table(1)), ElementsAre("orders_row integer", "sku text"));
  EXPECT_EQ(imported.rows("SELECT o.id, l.sku, p.p FROM orders o"
                          " JOIN orders_lines l ON l.orders_row = o.rowid"
                          " LEFT JOIN orders_lines_parts p ON p.orders_lines_row = l.rowid"
                          " ORDER BY 1, 2, 3"),
            Rows({{"7", "a", "1"}, {"7", "a", "2"}, {"7", "b", "∅"}, {"9", "c", "3"}}));
}

TEST(ImportJson, MakesTablesOfTheArraysOfOneObject) {
  ImportOptions options;
  options.file_name = "shop.json";
  const Imported imported(R"({"version":3,"customers":[{"id":1},{"id":2}],"tags":["x","y"],
                              "meta":{"orders":[{"n":5}]}})",
                          FileType::json, options);
  ASSERT_EQ(imported.error(), "");
  EXPECT_EQ(imported.rows("SELECT * FROM shop"), Rows({{"3", "[\"x\",\"y\"]"}}));
  EXPECT_EQ(imported.rows("SELECT * FROM shop_customers"), Rows({{"1"}, {"2"}}));
  EXPECT_EQ(imported.rows("SELECT * FROM shop_meta_orders"), Rows({{"5"}}));
}

TEST(ImportJson, NeedsNoTableForAnObjectOfArraysAlone) {
  const Imported imported = import_json_text(R"({"a":[{"x":1}],"b":[{"y":2}]})");
  ASSERT_EQ(imported.result()->tables.size(), 2U);
  EXPECT_EQ(imported.rows("SELECT x FROM t_a"), Rows({{"1"}}));
  EXPECT_EQ(imported.rows("SELECT y FROM t_b"), Rows({{"2"}}));
}

TEST(ImportJson, KeepsOtherArraysAsText) {
  const Imported imported =
      import_json_text(R"([{"a":[1, "x", null],"m":[{"k":1}, 2],"e":[]},{"a":7,"m":[{"k":[3]}]}])");
  EXPECT_EQ(imported.rows(),
            Rows({{R"([1,"x",null])", R"([{"k":1},2])", "[]"}, {"7", R"([{"k":[3]}])", "∅"}}));
  EXPECT_EQ(imported.column(0).note, "lists as JSON text");
}

TEST(ImportJson, HasAColumnForItemsThatAreNoObjects) {
  EXPECT_EQ(import_json_text("[1,2,null]").rows(), Rows({{"1"}, {"2"}, {"∅"}}));
  EXPECT_EQ(import_json_text("\"word\"").rows(), Rows({{"word"}}));
  EXPECT_EQ(import_json_text("[[1,2],[3]]").rows(), Rows({{"[1,2]"}, {"[3]"}}));
  EXPECT_EQ(import_json_text("[1,2]\n[3]\n{\"k\":4}").rows(),
            Rows({{"[1,2]", "∅"}, {"[3]", "∅"}, {"∅", "4"}}));
  EXPECT_EQ(import_json_text(R"([5,{"value":6},[7]])").rows("SELECT value, value_2 FROM t"),
            Rows({{"5", "∅"}, {"∅", "6"}, {"[7]", "∅"}}));
}

TEST(ImportJson, HasATableForEveryEmptiness) {
  EXPECT_EQ(import_json_text("[]").rows("SELECT value FROM t"), Rows());
  EXPECT_EQ(import_json_text("{}").rows("SELECT value FROM t"), Rows({{"∅"}}));
  EXPECT_EQ(import_json_text("[{},{}]").rows("SELECT value FROM t"), Rows({{"∅"}, {"∅"}}));
  EXPECT_EQ(import_json_text(R"([{"a":{}},{"a":null}])").rows("SELECT a FROM t"),
            Rows({{"∅"}, {"∅"}}));
  EXPECT_EQ(import_json_text(R"([{"k":[{}]}])").rows("SELECT t_row, value FROM t_k"),
            Rows({{"1", "∅"}}));
}

TEST(ImportJson, KeepsTheLastOfRepeatedKeysAndSaysSo) {
  const Imported imported = import_json_text(R"([{"a":1,"a":2}])");
  EXPECT_EQ(imported.rows(), Rows({{"2"}}));
  EXPECT_THAT(imported.table().notes,
              ElementsAre("Keys that an object repeats: 1. Their last value counts."));
}

TEST(ImportJson, TellsDottedKeysFromNestedOnes) {
  const Imported imported = import_json_text(R"([{"a.b":1,"a":{"b":2}}])");
  EXPECT_EQ(imported.rows("SELECT \"a.b\", \"a.b_2\" FROM t"), Rows({{"1", "2"}}));
}

TEST(ImportJson, ReplacesNulCharacters) {
  const Imported imported = import_json_text(R"([{"a":"x\u0000y","\u0000":1}])");
  EXPECT_EQ(imported.rows("SELECT a FROM t"), Rows({{"x\uFFFDy"}}));
  EXPECT_THAT(imported.table().notes, Contains("NUL characters that were replaced by \uFFFD: 1."));
}

TEST(ImportJson, PutsKeysBeyondTheLimitIntoOneColumn) {
  std::string text = "[{";
  for (int key = 0; key < 600; ++key) text += "\"k" + std::to_string(key) + "\":1,";
  text += R"("deep":{"list":[{"x":1}],"s":"é"}}, {"k0":2,"k599":null}])";
  const Imported imported = import_json_text(text);
  ASSERT_EQ(imported.error(), "");
  EXPECT_EQ(imported.table().columns.size(), 513U);
  EXPECT_THAT(imported.table().notes,
              Contains("Further keys are in the column \"other\", as JSON."));
  EXPECT_EQ(imported.rows("SELECT k511, other ->> '$.k512', other -> '$.deep' FROM t"),
            Rows({{"1", "1", R"({"list":[{"x":1}],"s":"é"})"}, {"∅", "∅", "∅"}}));
}

TEST(ImportJson, KeepsArraysBeyondTheTablesLimitAsText) {
  ImportOptions options;
  options.tables_max = 2;
  options.file_name = "t.json";
  const Imported imported(R"([{"a":[{"x":1}],"b":[{"y":2}]}])", FileType::json, options);
  EXPECT_EQ(imported.result()->tables.size(), 2U);
  EXPECT_EQ(imported.rows("SELECT b FROM t"), Rows({{R"([{"y":2}])"}}));
  EXPECT_THAT(imported.table().notes, ElementsAre("Lists beyond 2 tables are kept as JSON text."));
}

TEST(ImportJson, CutsLongTextsAndLists) {
  ImportOptions options;
  options.cell_bytes_max = 20;
  options.file_name = "t.json";
  std::string list = "[";
  for (int i = 0; i < 1000; ++i) list += "12345,";
  list.back() = ']';
  const Imported imported(R"([{"s":")" + std::string(100, 'x') + R"(","l":)" + list + "}]",
                          FileType::json, options);
  EXPECT_EQ(imported.rows("SELECT length(s), length(l) FROM t"), Rows({{"20", "20"}}));
  EXPECT_THAT(imported.table().notes,
              ElementsAre("Cells that were too long and are cut: 2, in \"s\", \"l\"."));
}

TEST(ImportJson, SaysWhatIsWrong) {
  EXPECT_EQ(import_json_text("").error(), "JSON file is empty");
  EXPECT_EQ(import_json_text("[{\"a\":1},").error(), "not valid JSON at line 1, character 9");
  EXPECT_THAT(import_json_text("[{\"a\":\"\xFF\"}]").error(), HasSubstr("invalid UTF-8"));
  EXPECT_THAT(import_json_text(std::string(100, '[')).error(), HasSubstr("nested deeper than 64"));
}

TEST(ImportJson, ReportsItsProgressEvenIfAPassIsRepeated) {
  std::string text;
  while (text.size() < 300'000) text += "[1,2,3]\n";
  ByteSource source = ByteSource::of_memory(text);
  const TemporaryFile file;
  std::vector<int64_t> reports;
  int64_t total = 0;
  const auto report = [&](int64_t bytes, int64_t all) {
    reports.push_back(bytes);
    total = all;
  };
  ASSERT_TRUE(import_file(source, FileType::json, {}, file.path(), report));
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end()));
  EXPECT_EQ(reports.back(), total);
}

/// A value of any shape, whose keys are few so that they meet again in other shapes.
std::string random_value(std::mt19937& random, int depth) {
  static const std::vector<std::string> scalars = {
      "null", "1", "-2.5", "true", "\"w\"", "\"\"", "\"3,5\"", "\"2026-03-31\"", "1e3"};
  const auto kind = random() % (depth > 4 ? 2 : 4);
  if (kind < 2) return scalars[random() % scalars.size()];
  const bool is_object = kind == 2;
  std::string text = is_object ? "{" : "[";
  for (auto left = random() % 4; left > 0; --left) {
    if (text.size() > 1) text += ',';
    if (is_object) text += std::string("\"") + "abc"[random() % 3] + "\":";
    text += random_value(random, depth + 1);
  }
  return text + (is_object ? "}" : "]");
}

TEST(ImportJson, TakesItemsOfAnyShape) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const auto count = 2 + random() % 10;
    const bool has_lines = random() % 2 == 0;
    std::string text = has_lines ? "" : "[";
    for (auto item = count; item > 0; --item) {
      text += random_value(random, 0) + (has_lines ? "\n" : item > 1 ? "," : "]");
    }
    const Imported imported = import_json_text(text);
    ASSERT_EQ(imported.error(), "") << text;
    ASSERT_EQ(imported.table().rows, static_cast<int64_t>(count)) << text;
    for (const Table& table : imported.result()->tables) {
      const std::string name = quoted_name(table.name);
      ASSERT_EQ(imported.rows("SELECT count(*), coalesce(max(rowid), 0) FROM " + name),
                Rows({{std::to_string(table.rows), std::to_string(table.rows)}}));
    }
  }
}

TEST(ImportJson, KeepsNamesOfTablesApart) {
  ImportOptions options;
  options.file_name = "orders.json";
  options.taken_names = {"orders_lines"};
  const Imported imported(R"([{"lines":[{"a":1}],"Lines":[{"b":2}]}])", FileType::json, options);
  EXPECT_EQ(imported.table(1).name, "orders_lines_2");
  EXPECT_EQ(imported.table(2).name, "orders_lines_3");
}

}  // namespace
}  // namespace parley::datasets
