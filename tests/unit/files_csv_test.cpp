// CSV: RFC 4180 and what files in the wild do beyond it.
#include <gtest/gtest.h>

#include "tests/unit/files_texts.h"

namespace parley::files {
namespace {

struct CsvCase {
  std::string name;
  std::string text;
  Table table;
};

// The name is GoogleTest\'s.
// NOLINTNEXTLINE(readability-identifier-naming)
void PrintTo(const CsvCase& one, std::ostream* out) {
  *out << one.name;
}

class CsvReads : public testing::TestWithParam<CsvCase> {};

TEST_P(CsvReads, WholeAndInSingleBytes) {
  const auto whole = parse_csv(GetParam().text);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(*whole, GetParam().table);
  for (unsigned seed = 0; seed < 8; ++seed) {
    std::mt19937 random(seed);
    EXPECT_EQ(parse_csv(GetParam().text, {}, &random).value(), GetParam().table) << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Files, CsvReads,
    testing::Values(
        CsvCase{"simple", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
        CsvCase{"no_newline_at_end", "a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
        CsvCase{"crlf", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
        CsvCase{"cr_alone", "a,b\r1,2\r", {{"a", "b"}, {"1", "2"}}},
        CsvCase{"mixed_line_ends",
                "a,b\r1,2\n3,4\r\n5,6",
                {{"a", "b"}, {"1", "2"}, {"3", "4"}, {"5", "6"}}},
        CsvCase{"comma_in_quotes", "a,b\n\"Doe, John\",2\n", {{"a", "b"}, {"Doe, John", "2"}}},
        CsvCase{"doubled_quotes", "a,b\n\"say \"\"hi\"\"\",2\n", {{"a", "b"}, {"say \"hi\"", "2"}}},
        CsvCase{
            "only_doubled_quotes", "a,b\n\"\"\"\",\"\"\"\"\"\"\n", {{"a", "b"}, {"\"", "\"\""}}},
        CsvCase{"newline_in_quotes", "a,b\n\"one\ntwo\",2\n", {{"a", "b"}, {"one\ntwo", "2"}}},
        CsvCase{"crlf_in_quotes", "a,b\r\n\"one\r\ntwo\",2\r\n", {{"a", "b"}, {"one\r\ntwo", "2"}}},
        CsvCase{
            "blank_line_in_quotes", "a,b\n\"one\n\ntwo\",2\n", {{"a", "b"}, {"one\n\ntwo", "2"}}},
        CsvCase{"json_in_quotes",
                "k,v\n1,\"{\"\"type\"\": \"\"Point\"\", \"\"c\"\": [1,2]}\"\n",
                {{"k", "v"}, {"1", "{\"type\": \"Point\", \"c\": [1,2]}"}}},
        CsvCase{"empty_cells",
                "a,b,c\n1,,\n,,3\n,,\n",
                {{"a", "b", "c"}, {"1", "", ""}, {"", "", "3"}, {"", "", ""}}},
        CsvCase{"empty_quoted_cells", "a,b\n\"\",\"\"\n", {{"a", "b"}, {"", ""}}},
        CsvCase{"lone_empty_quoted_cell", "a\n\"\"\nx\n", {{"a"}, {""}, {"x"}}},
        CsvCase{"trailing_delimiter", "a,b,\n1,2,\n", {{"a", "b", ""}, {"1", "2", ""}}},
        CsvCase{"trailing_delimiter_at_end", "a,b\n1,", {{"a", "b"}, {"1", ""}}},
        CsvCase{"spaces_around_cells", " a , b\n 1 ,  2  \n", {{"a", "b"}, {"1", "2"}}},
        CsvCase{"spaces_in_quotes_stay", "a,b\n\" 1 \",\"  \"\n", {{"a", "b"}, {" 1 ", "  "}}},
        CsvCase{"spaces_around_quotes", "a,b\n  \"x, y\"  , \"z\" \n", {{"a", "b"}, {"x, y", "z"}}},
        CsvCase{"text_after_quotes", "a,b\n\"x\"y,\"p\" q \n", {{"a", "b"}, {"xy", "p q"}}},
        CsvCase{
            "space_before_text_after_quotes", "a,b\n\"x  \"  y,1\n", {{"a", "b"}, {"x    y", "1"}}},
        CsvCase{"quote_inside_plain_cell",
                "a,b\n5\" pipe,it's \"so\"\n",
                {{"a", "b"}, {"5\" pipe", "it's \"so\""}}},
        CsvCase{"blank_lines",
                "\n\na,b\n\n1,2\n   \n\r\n3,4\n\n",
                {{"a", "b"}, {"1", "2"}, {"3", "4"}}},
        CsvCase{"short_and_long_rows",
                "a,b,c\n1\n1,2,3,4\n",
                {{"a", "b", "c"}, {"1"}, {"1", "2", "3", "4"}}},
        CsvCase{"semicolons", "a;b\n1,5;2\n3,5;4\n", {{"a", "b"}, {"1,5", "2"}, {"3,5", "4"}}},
        CsvCase{"tabs", "a\tb\n1\t2 3\n\t4\n", {{"a", "b"}, {"1", "2 3"}, {"", "4"}}},
        CsvCase{"bars", "a|b\n1|x,y\n", {{"a", "b"}, {"1", "x,y"}}},
        CsvCase{"declared_delimiter", "sep=;\na;b\n1;2\n", {{"a", "b"}, {"1", "2"}}},
        CsvCase{"declared_delimiter_against_the_odds",
                "sep=|\r\na,b|c\r\n1,1|2\r\n",
                {{"a,b", "c"}, {"1,1", "2"}}},
        CsvCase{"delimiters_only_in_quotes",
                "a,b\n\"1;2;3;4\",x\n\";;;\",y\n",
                {{"a", "b"}, {"1;2;3;4", "x"}, {";;;", "y"}}},
        CsvCase{
            "quoted_headers", "\"first, name\",\"b\"\n1,2\n", {{"first, name", "b"}, {"1", "2"}}},
        CsvCase{"newline_in_header", "\"a\nx\",b\n1,2\n", {{"a\nx", "b"}, {"1", "2"}}},
        CsvCase{"one_column", "name\nAda\nBob\n", {{"name"}, {"Ada"}, {"Bob"}}},
        CsvCase{"one_column_with_odd_commas", "note\nx\na,b\n", {{"note"}, {"x"}, {"a", "b"}}},
        CsvCase{"utf_8", "näme,город\nŽoë,日本語\n", {{"näme", "город"}, {"Žoë", "日本語"}}},
        CsvCase{"formula_like", "a,b\n=1+2,@x\n", {{"a", "b"}, {"=1+2", "@x"}}},
        CsvCase{"header_only", "a,b,c", {{"a", "b", "c"}}}, CsvCase{"nothing", "", {}},
        CsvCase{"only_blank_lines", "\n \r\n\t\n", {}}),
    [](const auto& test) { return test.param.name; });

std::string failure(std::string_view text, CsvLimits limits = {}) {
  const auto table = parse_csv(text, limits);
  return table ? "" : table.error().message;
}

TEST(CsvReader, NamesTheLineOfAnUnclosedQuote) {
  EXPECT_EQ(failure("a,b\n1,2\n\"x,2\n3,4\n"), "line 3: a quote is opened here and never closed");
  EXPECT_EQ(failure("a,b\r\n\"one\r\ntwo\",2\r\n\"x"),
            "line 4: a quote is opened here and never closed");
  EXPECT_EQ(failure("\""), "line 1: a quote is opened here and never closed");
}

TEST(CsvReader, BoundsCellsRowsAndColumns) {
  CsvLimits limits;
  limits.cell_bytes_max = 10;
  limits.row_bytes_max = 25;
  limits.columns_max = 3;
  limits.rows_max = 2;
  EXPECT_EQ(failure("a\n1234567890\n", limits), "");
  EXPECT_EQ(failure("a\n12345678901\n", limits), "line 2: a cell is longer than 10 bytes");
  EXPECT_EQ(failure("a\n\n\"12345\n67890\n\n", limits),
            "line 3: the quoted cell that begins here is longer than 10 bytes; is its closing "
            "quote missing?");
  EXPECT_EQ(failure("1234567890,1234567890,1234567890\n", limits),
            "line 1: a row is longer than 25 bytes");
  EXPECT_EQ(failure("a,b,c\n1,2,3,4\n", limits), "line 2: more than 3 columns: leave some out");
  EXPECT_EQ(failure("a\n1\n2\n", limits), "");
  EXPECT_EQ(failure("a\n1\n2\n3\n", limits), "line 4: more than 2 rows");
}

TEST(CsvReader, KeepsNoMoreThanTheCellThatIsTooLong) {
  CsvLimits limits;
  CsvReader reader(limits, [](const CsvRow&) { FAIL() << "no row is complete"; });
  ASSERT_TRUE(reader.push("a,\"" + std::string(64 * 1024, 'x')));
  int pieces = 0;
  while (reader.push(std::string(64 * 1024, 'x'))) ASSERT_LT(++pieces, 17);
  EXPECT_EQ(pieces, 15);
}

TEST(CsvReader, FindsTheDelimiterOfLargeFilesFromTheirStart) {
  const std::string text = "a;b;c\n" + repeat("1,5;\"x;\ny\";2,5\n", 20'000);
  const auto table = parse_csv(text);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->size(), 20'001U);
  EXPECT_EQ(table->back(), (std::vector<std::string>{"1,5", "x;\ny", "2,5"}));
}

/// Writes a table as RFC 4180 text, quoting where it must and sometimes where it need not.
std::string write_csv(const Table& table, char delimiter, std::string_view line_end,
                      std::mt19937& random) {
  std::string out;
  for (const auto& row : table) {
    for (size_t column = 0; column < row.size(); ++column) {
      if (column > 0) out.push_back(delimiter);
      const std::string& cell = row[column];
      const bool must_quote = cell.find_first_of("\"\r\n,;|\t") != std::string::npos ||
                              cell.empty() || cell.front() == ' ' || cell.back() == ' ';
      if (!must_quote && random() % 3 != 0) {
        out += cell;
        continue;
      }
      out.push_back('"');
      for (const char byte : cell) out += byte == '"' ? std::string("\"\"") : std::string(1, byte);
      out.push_back('"');
    }
    out += line_end;
  }
  return out;
}

Table random_table(std::mt19937& random) {
  const std::vector<std::string> atoms = {"a", "B",  "7", " ", "\"", ",", ";", "\n",  "\r\n", "\r",
                                          "é", "漢", "😀", "|", "\t", "'", "=", "x y", "1.5"};
  const size_t columns = 2 + random() % 6;
  Table table(1 + random() % 12);
  for (auto& row : table) {
    row.resize(columns);
    for (std::string& cell : row) {
      for (size_t left = random() % 6; left > 0; --left) cell += atoms[random() % atoms.size()];
    }
  }
  for (size_t column = 0; column < columns; ++column) {
    table[0][column] = "c" + std::to_string(column);
  }
  return table;
}

TEST(CsvReader, ReadsBackAnyTableHoweverItIsCut) {
  constexpr std::string_view delimiters = ",;|\t";
  const std::vector<std::string> line_ends = {"\n", "\r\n", "\r"};
  for (unsigned seed = 0; seed < 3'000; ++seed) {
    std::mt19937 random(seed);
    const Table table = random_table(random);
    const char delimiter = delimiters[random() % delimiters.size()];
    const std::string body =
        write_csv(table, delimiter, line_ends[random() % line_ends.size()], random);
    // Cells full of other delimiters may outvote the true one: this test declares it.
    const std::string text = std::string("sep=") + delimiter + "\n" + body;
    const auto read = parse_csv(text, {}, &random);
    ASSERT_TRUE(read) << "seed " << seed << ": " << read.error().message;
    ASSERT_EQ(*read, table) << "seed " << seed;
  }
}

TEST(CsvReader, NeverFailsOtherwiseThanByErrorOnNoise) {
  constexpr std::string_view alphabet = "\"\",,;\n\r\t |ax=\xC3\xA9\xFF";
  for (unsigned seed = 0; seed < 5'000; ++seed) {
    std::mt19937 random(seed);
    std::string text;
    for (size_t left = random() % 200; left > 0; --left) {
      text.push_back(alphabet[random() % alphabet.size()]);
    }
    const auto whole = parse_csv(text);
    const auto pieces = parse_csv(text, {}, &random);
    ASSERT_EQ(whole.has_value(), pieces.has_value()) << "seed " << seed;
    if (whole) {
      ASSERT_EQ(*whole, *pieces) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace parley::files
