// CSV into a table: corner cases of the format, names, ragged rows, limits.
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>
#include <random>

#include "tests/unit/datasets_texts.h"

namespace parley::datasets {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name);
  return names;
}

TEST(ImportCsv, ReadsTheCornersOfRfc4180) {
  const Imported imported("a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\r\n\"one\r\ntwo\",\"\"\r\n");
  EXPECT_EQ(imported.rows(), Rows({{"x, y", "say \"hi\""}, {"one\r\ntwo", "∅"}}));
}

TEST(ImportCsv, TakesOtherDelimitersAndNoLineBreakAtTheEnd) {
  EXPECT_EQ(Imported("a;b\n1,5;x\n2,5;y").rows(), Rows({{"1.5", "x"}, {"2.5", "y"}}));
  EXPECT_EQ(Imported("a\tb\n1\tx").rows(), Rows({{"1", "x"}}));
  EXPECT_EQ(Imported("sep=|\na|b\n1|x\n").rows(), Rows({{"1", "x"}}));
}

TEST(ImportCsv, TakesOtherEncodings) {
  EXPECT_EQ(Imported("\xEF\xBB\xBFname\nZürich\n").rows(), Rows({{"Zürich"}}));
  const std::string wide("\xFF\xFEn\0\n\0\xE9\0\n\0", 10);
  EXPECT_EQ(Imported(wide).rows(), Rows({{"é"}}));
  const Imported latin("name\nZ\xFCrich\nBern\n");
  EXPECT_EQ(latin.rows(), Rows({{"Zürich"}, {"Bern"}}));
  EXPECT_THAT(latin.table().notes, ElementsAre("The text was read as Windows-1252."));
}

TEST(ImportCsv, HasATableWithoutRows) {
  const Imported imported("a,b\n");
  EXPECT_EQ(imported.table().rows, 0);
  EXPECT_EQ(imported.rows(), Rows());
  EXPECT_EQ(imported.column(0).min, "");
  EXPECT_EQ(imported.column(0).values, 0);
}

TEST(ImportCsv, KeepsEveryCellOfRaggedRows) {
  const Imported imported("a,b\n1\n2,x,more\n3,y\n");
  EXPECT_EQ(imported.rows(), Rows({{"1", "∅", "∅"}, {"2", "x", "more"}, {"3", "y", "∅"}}));
  EXPECT_THAT(names_of(imported.table()), ElementsAre("a", "b", "column_3"));
  EXPECT_THAT(imported.table().notes,
              ElementsAre("Columns without a name, called by their place: \"column_3\".",
                          "Rows with fewer cells than the header, filled up with NULL: 1.",
                          "Rows with more cells than the header: 1. Those cells have columns."));
}

TEST(ImportCsv, MakesColumnNamesUniqueWhateverTheCase) {
  const Imported imported("id,ID,,id,a\"b,Größe,GRÖSSE,GRÖßE\n1,2,3,4,5,6,7,8\n");
  EXPECT_THAT(names_of(imported.table()),
              ElementsAre("id", "ID_2", "column_3", "id_3", "a\"b", "Größe", "GRÖSSE", "GRÖßE_2"));
  EXPECT_EQ(imported.column(1).title, "ID");
  EXPECT_EQ(imported.column(2).title, "");
  EXPECT_THAT(imported.table().notes,
              Contains("Columns with another name than in the file: \"ID_2\", \"id_3\", "
                       "\"GRÖßE_2\"."));
  EXPECT_EQ(imported.rows("SELECT \"a\"\"b\", \"Größe\" FROM t"), Rows({{"5", "6"}}));
}

TEST(ImportCsv, KeepsColumnNamesOnOneReadableLine) {
  const std::string long_name(300, 'n');
  const Imported imported("\"two\nlines\",\" \x01 x\u200B\"," + long_name + "," + long_name +
                          "\n1,2,3,4\n");
  EXPECT_THAT(names_of(imported.table()), ElementsAre("two lines", "x", long_name.substr(0, 200),
                                                      long_name.substr(0, 198) + "_2"));
}

TEST(ImportCsv, NamesTheTableAfterTheFile) {
  const auto name = [](std::string file_name, std::vector<std::string> taken = {}) {
    ImportOptions options;
    options.file_name = std::move(file_name);
    options.taken_names = std::move(taken);
    return Imported("a\n1\n", FileType::csv, options).table().name;
  };
  EXPECT_EQ(name("My Orders.csv"), "my_orders");
  EXPECT_EQ(name("../data/Sales (2026) – final.CSV"), "sales_2026_final");
  EXPECT_EQ(name("Umsätze.csv"), "umsätze");
  EXPECT_EQ(name("2026.csv"), "t_2026");
  EXPECT_EQ(name("order.csv"), "order_data");
  EXPECT_EQ(name("sqlite_master.csv"), "t_sqlite_master");
  EXPECT_EQ(name("!!!.csv"), "data");
  EXPECT_EQ(name(".csv"), "data");
  EXPECT_EQ(name("x\"; DROP TABLE y; --.csv"), "x_drop_table_y");
  EXPECT_EQ(name("orders.csv", {"ORDERS", "orders_2"}), "orders_3");
  EXPECT_LE(name(std::string(500, 'a') + ".csv").size(), 60U);
}

const std::string data_note = "The first line looks like data, so the columns are numbered.";
const std::string doubt_note = "The first line was taken for the columns' names, but may be data.";

TEST(ImportCsv, KeepsTheFirstRowOfAFileWithoutAHeader) {
  const Imported imported("2026-01-05,Ann,19.99\n2026-01-06,Bob,5.00\n2026-01-07,Cid,7.50\n");
  EXPECT_EQ(imported.rows(), Rows({{"2026-01-05", "Ann", "19.99"},
                                   {"2026-01-06", "Bob", "5.0"},
                                   {"2026-01-07", "Cid", "7.5"}}));
  EXPECT_THAT(names_of(imported.table()), ElementsAre("column_1", "column_2", "column_3"));
  EXPECT_THAT(imported.table().notes, Contains(data_note));
  EXPECT_EQ(imported.column(2).max, "19.99");
  EXPECT_EQ(Imported("1,2\n3,4\n5,6\n").rows(), Rows({{"1", "2"}, {"3", "4"}, {"5", "6"}}));
  EXPECT_EQ(Imported("x;1,5\ny;2,5\n").rows(), Rows({{"x", "1.5"}, {"y", "2.5"}}));
  EXPECT_EQ(Imported(",2026-01-05\nx,2026-01-06\n").table().rows, 2);
}

TEST(ImportCsv, CountsRaggedRowsOfAFileWithoutAHeader) {
  const Imported imported("1,2\n3\n4,5,6\n");
  EXPECT_EQ(imported.rows(), Rows({{"1", "2", "∅"}, {"3", "∅", "∅"}, {"4", "5", "6"}}));
  EXPECT_THAT(
      imported.table().notes,
      ElementsAre(HasSubstr("column_1"), data_note,
                  "Rows with fewer cells than the first line, filled up with NULL: 1.",
                  "Rows with more cells than the first line: 1. Those cells have columns."));
}

TEST(ImportCsv, TakesNumbersThatMayNameColumnsForNames) {
  const auto first_name = [](const std::string& text) {
    const Imported imported(text);
    EXPECT_THAT(imported.table().notes, testing::Not(Contains(data_note)));
    EXPECT_THAT(imported.table().notes, testing::Not(Contains(doubt_note)));
    return imported.column(0).name;
  };
  EXPECT_EQ(first_name("country,2019,2020,2021\nPeru,1,2,3\n"), "country");
  EXPECT_EQ(first_name("name,2026-01-01,2026-02-01\nAnn,1,2\n"), "name");
  EXPECT_EQ(first_name("date,value\n2026-01-01,1.5\n"), "date");
  EXPECT_EQ(first_name("a,1.5\n1,2.5\n"), "a");
  EXPECT_EQ(first_name("word\nother\n"), "word");
  EXPECT_EQ(first_name("1,2\n"), "1");
}

TEST(ImportCsv, SaysThatTheFirstLineMayBeData) {
  const auto first_name = [](const std::string& text) {
    const Imported imported(text);
    EXPECT_THAT(imported.table().notes, Contains(doubt_note)) << text;
    return imported.column(0).name;
  };
  EXPECT_EQ(first_name("2019,2020\n1,2\n"), "2019");
  EXPECT_EQ(first_name("0,1,2\n7,8,9\n"), "0");
  EXPECT_EQ(first_name("metric,0.25,0.5\nlatency,10,20\n"), "metric");
  EXPECT_EQ(first_name("x,7\ny,8\n"), "x");
}

TEST(ImportCsv, CutsLongCellsAtWholeCharacters) {
  ImportOptions options;
  options.cell_bytes_max = 10;
  const Imported imported("a\nshort\n123456789é\n12345678é\n", FileType::csv, options);
  EXPECT_EQ(imported.rows(), Rows({{"short"}, {"123456789"}, {"12345678é"}}));
  EXPECT_THAT(imported.table().notes,
              ElementsAre("Cells that were too long and are cut: 1, in \"a\"."));
}

TEST(ImportCsv, SaysWhatIsWrong) {
  EXPECT_EQ(Imported("").error(), "CSV file is empty");
  EXPECT_EQ(Imported("\n\n").error(), "CSV file is empty");
  EXPECT_EQ(Imported("a\n\"open\n").error(), "line 2: a quote is opened here and never closed");
  EXPECT_THAT(Imported("\x89PNG\r\n").error(), HasSubstr("PNG image"));
  EXPECT_EQ(Imported(std::string(512, ',') + "\n").error(),
            "line 1: more than 512 columns: leave some out");
  ImportOptions options;
  options.limits.csv.rows_max = 1;
  EXPECT_EQ(Imported("a\n1\n2\n", FileType::csv, options).error(), "line 3: more than 1 rows");
}

TEST(ImportCsv, FailsOnAFileThatIsNotThere) {
  ByteSource source = ByteSource::of_memory("a\n1\n");
  const auto result = import_file(source, FileType::csv, {}, "/nowhere/dataset", {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::internal);
  EXPECT_EQ(result.error().message, "The table could not be written");
}

TEST(ImportCsv, SaysThatTheDiskIsFull) {
  const TemporaryFile file;
  auto database = Database::open(file.path(), SQLITE_OPEN_READWRITE);
  ASSERT_TRUE(database->execute("PRAGMA max_page_count=2; CREATE TABLE t (x)"));
  const auto full = database->execute("INSERT INTO t VALUES (zeroblob(100000))");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::storage_full);
}

TEST(ImportCsv, HoldsAsManyColumnsAsTheReaderTakes) {
  std::string text;
  for (int line = 0; line < 3; ++line) {
    for (int column = 0; column < 512; ++column) text += std::to_string(column) + ",";
    text.back() = '\n';
  }
  const Imported imported(text);
  ASSERT_EQ(imported.error(), "");
  EXPECT_EQ(imported.table().columns.size(), 512U);
  EXPECT_EQ(imported.rows("SELECT sum(\"511\") FROM t"), Rows({{"1022"}}));
}

TEST(ImportCsv, ReportsItsProgress) {
  std::string text = "a,b\n";
  while (text.size() < 500'000) text += "1,word\n";
  ByteSource source = ByteSource::of_memory(text);
  const TemporaryFile file;
  std::vector<std::pair<int64_t, int64_t>> reports;
  const auto report = [&reports](int64_t bytes, int64_t total) {
    reports.emplace_back(bytes, total);
  };
  ASSERT_TRUE(import_file(source, FileType::csv, {}, file.path(), report));
  EXPECT_GT(reports.size(), 10U);
  EXPECT_EQ(reports.front().first, 0);
  EXPECT_EQ(reports.back().first, reports.back().second);
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end()));
}

TEST(ImportCsv, GivesTheSameFileForTheSameText) {
  const auto bytes_of = [](const Imported& imported) {
    std::ifstream stream(imported.path(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  std::string text = "a,b,c\n";
  for (int row = 0; row < 3000; ++row) {
    text += std::to_string(row * 7919 % 2000) + ",2026-01-0" + std::to_string(row % 9 + 1) + ",w\n";
  }
  const Imported one(text);
  const Imported other(text);
  EXPECT_EQ(one.result().value(), other.result().value());
  EXPECT_EQ(bytes_of(one), bytes_of(other));
}

/// A text of odd characters, which begins with a letter so that it is none of the other types.
std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> pieces = {"a", "B", " ", ",", ";", "\"", "\n",   "é",
                                                  "0", "-", "|", "'", "😀", "\t", "\r\n", "%"};
  std::string text = "t";
  for (auto length = random() % 12; length > 0; --length) {
    text += pieces[random() % pieces.size()];
  }
  return text + "t";
}

std::string quoted(const std::string& cell) {
  std::string text = "\"";
  for (const char byte : cell) text += byte == '"' ? "\"\"" : std::string(1, byte);
  return text + "\"";
}

struct RandomTable {
  std::string csv;
  Rows rows;
};

RandomTable random_table(unsigned seed) {
  std::mt19937 random(seed);
  RandomTable table;
  const size_t columns = 1 + random() % 6;
  const auto append_row = [&table](const std::vector<std::string>& row) {
    for (const std::string& cell : row) table.csv += (cell == "∅" ? "" : quoted(cell)) + ",";
    table.csv.back() = '\n';
  };
  std::vector<std::string> header;
  for (size_t column = 0; column < columns; ++column) {
    header.push_back("c" + std::to_string(column));
  }
  append_row(header);
  for (auto row = random() % 40; row > 0; --row) {
    auto& cells = table.rows.emplace_back();
    for (size_t column = 0; column < columns; ++column) {
      const bool is_integer = column % 3 == 1;
      cells.push_back(is_integer ? std::to_string(static_cast<int>(random()))
                                 : random_text(random));
    }
    // A line of one empty cell would be a blank line.
    if (columns > 1 && random() % 4 == 0) cells[random() % columns] = "∅";
    append_row(cells);
  }
  return table;
}

TEST(ImportCsv, GivesBackWhatRandomTablesHold) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const RandomTable table = random_table(seed);
    const Imported imported(table.csv);
    ASSERT_EQ(imported.error(), "") << seed;
    ASSERT_EQ(imported.rows(), table.rows) << "seed " << seed << "\n" << table.csv;
    ASSERT_EQ(imported.table().rows, static_cast<int64_t>(table.rows.size()));
  }
}

/// What the sqlite3 shell makes of the same text; empty if there is no such program.
Rows rows_of_shell(const std::string& csv) {
  const TemporaryFile text;
  const TemporaryFile file;
  std::ofstream(text.path(), std::ios::binary) << csv;
  const std::string command = "sqlite3 " + file.path() + " '.import --csv " + text.path() + " t'";
  if (std::system(("command -v sqlite3 >/dev/null && " + command).c_str()) != 0) return {};
  return query(file.path(), "SELECT * FROM t");
}

TEST(ImportCsv, AgreesWithTheSqliteShellOnPlainText) {
  std::mt19937 random(7);
  std::string csv = "a,b,c\n";
  for (int row = 0; row < 300; ++row) {
    csv += quoted(random_text(random)) + "," + quoted(random_text(random)) + "," +
           quoted(random_text(random)) + "\n";
  }
  const Rows expected = rows_of_shell(csv);
  if (expected.empty()) GTEST_SKIP() << "there is no sqlite3 shell";
  EXPECT_EQ(Imported(csv).rows(), expected);
}

}  // namespace
}  // namespace parley::datasets
