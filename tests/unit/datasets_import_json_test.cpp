// JSON into tables: items, nested objects, arrays of objects, and what stays JSON text.
#include <fmt/format.h>
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

TEST(ImportJson, AMapOfLikeObjectsIsATable) {
  const Imported imported = import_json_text(
      R"({"alice":{"score":5,"tags":[{"t":1}]},"bob":{"score":7},
          "cid":{"score":9,"tags":[{"t":2}]}})");
  ASSERT_EQ(imported.error(), "");
  EXPECT_THAT(columns_of(imported.table()), ElementsAre("key text", "score integer"));
  EXPECT_EQ(imported.rows(), Rows({{"alice", "5"}, {"bob", "7"}, {"cid", "9"}}));
  EXPECT_EQ(imported.rows("SELECT key, t FROM t JOIN t_tags ON t_row = t.rowid"),
            Rows({{"alice", "1"}, {"cid", "2"}}));
  EXPECT_THAT(imported.table().notes,
              ElementsAre("Each row is a member of the file's object; its name is in the column "
                          "\"key\"."));

  EXPECT_EQ(import_json_text(R"({"1":{"key":"a"},"2":{"key":"b"},"3":{}})").rows(),
            Rows({{"1", "a"}, {"2", "b"}, {"3", "∅"}}));
  EXPECT_THAT(columns_of(import_json_text(R"({"1":{"Key":1},"2":{"Key":2},"3":{}})").table()),
              ElementsAre("row_key integer", "Key integer"));
  const Imported repeated = import_json_text(R"({"a":{"x":1},"a":{"x":2},"":{"x":3}})");
  EXPECT_EQ(repeated.rows(), Rows({{"a", "1"}, {"a", "2"}, {"", "3"}}));
  EXPECT_THAT(repeated.table().notes,
              Contains("Members whose name is repeated: 1. All of them are rows."));
}

TEST(ImportJson, ALargeMapIsATable) {
  std::string text = "{";
  for (int user = 0; user < 5'000; ++user) {
    text += fmt::format(R"("u{}":{{"n":{},"city":"X"}},)", user, user);
  }
  text.back() = '}';
  const Imported imported = import_json_text(text);
  EXPECT_EQ(imported.table().columns.size(), 3U);
  EXPECT_EQ(imported.rows("SELECT count(*), sum(n), max(length(key)) FROM t"),
            Rows({{"5000", "12497500", "5"}}));
}

TEST(ImportJson, AnObjectOfOtherThingsIsNoMap) {
  EXPECT_EQ(import_json_text(R"({"a":{"x":1},"b":{"x":2}})").rows(), Rows({{"1", "2"}}));
  EXPECT_EQ(import_json_text(R"({"a":{"x":1},"b":{"y":2},"c":{"z":3}})").rows(),
            Rows({{"1", "2", "3"}}));
  EXPECT_EQ(import_json_text(R"({"a":{"x":1},"b":{"x":2},"c":3})").rows(), Rows({{"1", "2", "3"}}));
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

TEST(ImportJson, TheLastOfRepeatedKeysCountsWhateverItIs) {
  EXPECT_EQ(import_json_text(R"([{"a":1,"a":null}])").rows(), Rows({{"∅"}}));
  EXPECT_EQ(import_json_text(R"([{"a":{"x":1},"a":{"y":2}}])").rows(), Rows({{"∅", "2"}}));
  EXPECT_EQ(import_json_text(R"([{"a":{"x":{"z":1}},"a":5}])").rows(), Rows({{"5", "∅"}}));
  EXPECT_EQ(import_json_text(R"([{"a":[1],"a":[2]},{"a":[3]}])").rows(), Rows({{"[2]"}, {"[3]"}}));
  EXPECT_EQ(import_json_text(R"([{"a":{"x":1}},{"a":{"x":1,"x":2}}])").rows(),
            Rows({{"1"}, {"2"}}));
  EXPECT_EQ(import_json_text(R"([{"l":[{"x":1}],"l":[{"x":2}]}])").error(),
            "an object has the key \"l\" twice, with lists or further keys in it: keep one");
  EXPECT_EQ(import_json_text(R"([{"l":2,"l":[]},{"l":[{"x":1}]}])").rows("SELECT l FROM t"),
            Rows({{"∅"}, {"∅"}}));
  EXPECT_EQ(import_json_text(R"({"l":[{"x":1}],"l":[{"x":2}]})").error(),
            "an object has the key \"l\" twice, with lists or further keys in it: keep one");
}

TEST(ImportJson, AnEmptyTextIsNoNull) {
  const Imported imported = import_json_text(R"([{"name":""},{"name":null},{"name":"x"},{}])");
  EXPECT_EQ(imported.rows("SELECT count(*), sum(name = ''), sum(name IS NULL) FROM t"),
            Rows({{"4", "1", "2"}}));
  EXPECT_THAT(imported.table().notes, ElementsAre());
  EXPECT_EQ(import_json_text(R"([""])").rows(), Rows({{""}}));
  const Imported numbers = import_json_text(R"([{"n":1},{"n":""}])");
  EXPECT_EQ(numbers.rows(), Rows({{"1"}, {"∅"}}));
  EXPECT_THAT(numbers.table().notes, ElementsAre("Empty texts that are NULL: 1, in \"n\"."));
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

TEST(ImportJson, CutsLongTextsAndTheEndsOfLists) {
  ImportOptions options;
  options.cell_bytes_max = 20;
  options.file_name = "t.json";
  std::string list = "[";
  for (int i = 0; i < 1000; ++i) list += "12345,";
  list.back() = ']';
  const Imported imported(R"([{"s":")" + std::string(100, 'x') + R"(","l":)" + list + "}]",
                          FileType::json, options);
  EXPECT_EQ(imported.rows("SELECT length(s), l FROM t"), Rows({{"20", "[12345,12345,12345]"}}));
  EXPECT_THAT(imported.table().notes,
              ElementsAre("Cells that were too long and are cut: 1, in \"s\".",
                          "Last elements of lists that were too long, left out: 997, in \"l\"."));

  const auto list_of = [&options](const std::string& text) {
    return Imported("[{\"l\":" + text + "}]", FileType::json, options).rows("SELECT l FROM t");
  };
  EXPECT_EQ(list_of(R"(["123456789012345678"])"), Rows({{"[]"}}));
  EXPECT_EQ(list_of(R"(["1234567890123456"])"), Rows({{R"(["1234567890123456"])"}}));
  EXPECT_EQ(list_of(R"([1,{"k":[1,2,3,4,5,6]},[2]])"), Rows({{"[1]"}}));
  EXPECT_EQ(list_of(R"([1,[{"k":2}],[3,4,5,6,7]])"), Rows({{R"([1,[{"k":2}]])"}}));
}

TEST(ImportJson, WhatDoesNotFitIntoOtherIsLeftOutWhole) {
  std::string text = "[{";
  for (int key = 0; key < 512; ++key) text += "\"k" + std::to_string(key) + "\":1,";
  text += R"("a":")" + std::string(60'000, 'x') + R"(","b":")" + std::string(60'000, 'x') +
          R"(","c":1,"d":[")" + std::string(70'000, '1') + R"("],"c":2}])";
  const Imported imported = import_json_text(text);
  ASSERT_EQ(imported.error(), "");
  EXPECT_EQ(imported.rows("SELECT json_valid(other), length(other ->> 'a'), other -> 'b', "
                          "other -> 'c', other -> 'd' FROM t"),
            Rows({{"1", "60000", "∅", "2", "[]"}}));
  EXPECT_THAT(imported.table().notes,
              ElementsAre("Further keys are in the column \"other\", as JSON.",
                          "Last elements of lists that were too long, left out: 1, in \"other\".",
                          "Further keys that did not fit into \"other\", left out: 1.",
                          "Keys that an object repeats: 1. Their last value counts."));
}

TEST(ImportJson, HasAsManyRowsAsAFileMay) {
  ImportOptions options;
  options.limits.csv.rows_max = 3;
  options.file_name = "t.json";
  const auto error = [&options](std::string_view text) {
    return Imported(text, FileType::json, options).error();
  };
  EXPECT_EQ(error("[1,2,3]"), "");
  EXPECT_EQ(error("[1,2,3,4]"), "more than 3 rows");
  EXPECT_EQ(error("1\n2\n3\n4"), "more than 3 rows");
  EXPECT_EQ(error(R"([{"l":[{"x":1},{"x":2}]}])"), "");
  EXPECT_EQ(error(R"([{"l":[{"x":1},{"x":2},{"x":3}]}])"), "more than 3 rows");
}

TEST(ImportJson, ManyEmptyRowsOfAWideTableAreRefused) {
  std::string text = "[{";
  for (int key = 0; key < 512; ++key) text += "\"k" + std::to_string(key) + "\":1,";
  text.back() = '}';
  for (int row = 0; row < 150'000; ++row) text += ",{}";
  const Imported imported(text + "]", FileType::json);
  EXPECT_THAT(imported.error(), HasSubstr("its tables would have more than 32 MiB"));
  EXPECT_LE(std::filesystem::file_size(imported.path()), 32U * 1024 * 1024);
}

TEST(ImportJson, TellsOfBrokenCharacters) {
  const auto wide = [](std::u16string_view text) {
    std::string bytes = "\xFF\xFE";
    for (const char16_t unit : text) {
      bytes += static_cast<char>(unit & 0xFF);
      bytes += static_cast<char>(unit >> 8);
    }
    return bytes;
  };
  EXPECT_THAT(import_json_text(wide(u"[\"😀\"]")).table().notes, ElementsAre());
  const Imported imported = import_json_text(wide(u"[\"a\xD800z\"]"));
  EXPECT_EQ(imported.rows(), Rows({{"a\uFFFDz"}}));
  EXPECT_THAT(imported.table().notes, ElementsAre("Broken characters were replaced by \uFFFD."));
  EXPECT_THAT(Imported(wide(u"x\na\xDC00")).table().notes,
              ElementsAre("Broken characters were replaced by \uFFFD."));
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
  const auto first = random();
  for (auto left = random() % 4; left > 0; --left) {
    if (text.size() > 1) text += ',';
    if (is_object) text += std::string("\"") + "abc"[(first + left) % 3] + "\":";
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
