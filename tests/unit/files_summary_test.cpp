// Summaries and searches: the shapes that document 004's callers know.
#include <gtest/gtest.h>

#include "formats/value_types.h"
#include "tests/unit/files_texts.h"

namespace parley::files {
namespace {

std::string type_of_values(const std::vector<std::string>& values) {
  TypeGuess guess;
  for (const std::string& value : values) guess.see_text(value);
  return std::string(guess.name());
}

TEST(TypeGuess, TestsTheTypesInTheirOrder) {
  EXPECT_EQ(type_of_values({}), "empty");
  EXPECT_EQ(type_of_values({"", " ", ""}), "empty");
  EXPECT_EQ(type_of_values({"1", "-2.5", "+3", ".5", "5.", "1e5", "1E-7", "", " 7 "}), "number");
  EXPECT_EQ(type_of_values({"1", "0", "1"}), "number");
  EXPECT_EQ(type_of_values({"true", "0", "YES", "No", "False", "1"}), "boolean");
  EXPECT_EQ(type_of_values({"true", "2"}), "string");
  EXPECT_EQ(type_of_values({"2026-11-20", "1999-02-28 23:59:59", "11/20/2026",
                            "11/20/2026 00:00:00", "20/11/2026"}),
            "date");
  EXPECT_EQ(type_of_values({"2024-02-29"}), "date");
  EXPECT_EQ(type_of_values({"2026-02-29"}), "string");
  EXPECT_EQ(type_of_values({"20/11/2026 10:00:00"}), "string");
  EXPECT_EQ(type_of_values({"2026-11-20 24:00:00"}), "string");
  EXPECT_EQ(type_of_values({"31/31/2026"}), "string");
  EXPECT_EQ(type_of_values({"2026-11-20T10:00:00Z"}), "string");
  EXPECT_EQ(type_of_values({"1,000", "2"}), "string");
  for (const std::string_view word :
       {"-", ".", "e5", "1e", "1e+", "NaN", "inf", "0x1F", "1 2", "--1"}) {
    EXPECT_EQ(type_of_values({std::string(word)}), "string") << word;
  }
}

TEST(TypeGuess, LooksAtTheFirstHundredValues) {
  std::vector<std::string> values(100, "1");
  values.insert(values.begin(), 50, "");
  values.emplace_back("x");
  EXPECT_EQ(type_of_values(values), "number");
  values[60] = "x";
  EXPECT_EQ(type_of_values(values), "string");
}

TEST(Summary, DescribesATable) {
  EXPECT_EQ(documented("id,name,paid,born,note\n"
                       "1,\"Doe, John\",true,2001-02-03,\n"
                       "2, Ada ,no,1815-12-10,x\n"
                       "3,Bob\n"
                       "\n"
                       "4,Eve,yes,2000-01-01,y\n",
                       FileType::csv),
            R"({"columnCount":5,"rowCount":4,"columns":["id","name","paid","born","note"],)"
            R"("sampleData":[)"
            R"({"id":"1","name":"Doe, John","paid":"true","born":"2001-02-03","note":""},)"
            R"({"id":"2","name":"Ada","paid":"no","born":"1815-12-10","note":"x"},)"
            R"({"id":"3","name":"Bob"}],)"
            R"("columnTypes":{"id":"number","name":"string","paid":"boolean","born":"date",)"
            R"("note":"string"}})");
}

TEST(Summary, MakesHeadersUnique) {
  EXPECT_EQ(documented("a,,a,a_2,column_2\n1,2,3,4,5,6\n", FileType::csv),
            R"({"columnCount":5,"rowCount":1,"columns":["a","column_2","a_2","a_2_2",)"
            R"("column_2_2"],"sampleData":[{"a":"1","column_2":"2","a_2":"3","a_2_2":"4",)"
            R"("column_2_2":"5","column_6":"6"}],"columnTypes":{"a":"number","column_2":"number",)"
            R"("a_2":"number","a_2_2":"number","column_2_2":"number"}})");
}

TEST(Summary, TakesATableWithoutRows) {
  EXPECT_EQ(documented("a,b", FileType::csv),
            R"({"columnCount":2,"rowCount":0,"columns":["a","b"],"sampleData":[],)"
            R"("columnTypes":{"a":"empty","b":"empty"}})");
  EXPECT_EQ(documented("", FileType::csv), "refused: CSV file is empty");
  EXPECT_EQ(documented("\n\r\n \n", FileType::csv), "refused: CSV file is empty");
}

TEST(Summary, RemembersWhatWasOdd) {
  const auto summary = summarise_text("a;b\n1\n1;2;3\n1;2\n\xE9;x\n", FileType::csv);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->details.dump(), R"({"encoding":"Windows-1252","delimiter":";","notes":[)"
                                     R"("1 rows have fewer cells than the header",)"
                                     R"("1 rows have more cells than the header"]})");
}

TEST(Summary, CutsLongCellsInTheSample) {
  const auto summary =
      summarise_text("a\n" + repeat("é", 1'001) + "\n" + repeat("é", 1'000) + "\n", FileType::csv);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->documented["sampleData"][0]["a"], repeat("é", 1'000) + "…");
  EXPECT_EQ(summary->documented["sampleData"][1]["a"], repeat("é", 1'000));
}

TEST(Summary, DescribesAJsonArray) {
  EXPECT_EQ(documented(R"([{"id":1,"ok":true,"tags":["x"],"when":"2026-11-20","none":null},
                           {"id":2,"ok":false,"more":1,"none":""},{"id":"3"},4])",
                       FileType::json),
            R"({"type":"array","length":4,"firstItemKeys":["id","ok","tags","when","none"],)"
            R"("dataTypes":{"id":"number","ok":"boolean","tags":"string","when":"date",)"
            R"("none":"empty"}})");
  EXPECT_EQ(documented("[]", FileType::json),
            R"({"type":"array","length":0,"firstItemKeys":[],"dataTypes":{}})");
  EXPECT_EQ(documented("[1,[2,3],{\"a\":1}]", FileType::json),
            R"({"type":"array","length":3,"firstItemKeys":[],"dataTypes":{}})");
}

TEST(Summary, TakesJsonLinesAsAnArray) {
  EXPECT_EQ(documented("{\"a\":1}\n{\"a\":2,\"b\":[1,2]}\n", FileType::json),
            R"({"type":"array","length":2,"firstItemKeys":["a"],"dataTypes":{"a":"number"}})");
  EXPECT_EQ(documented("[1,2,3]\n[4]\n", FileType::json),
            R"({"type":"array","length":2,"firstItemKeys":[],"dataTypes":{}})");
}

TEST(Summary, DescribesAJsonObject) {
  EXPECT_EQ(
      documented(R"({"z":1,"a":{"deep":true},"list":[1],"flag":false,"s":"x"})", FileType::json),
      R"({"type":"object","keys":["z","a","list","flag","s"],"dataTypes":{"z":"number",)"
      R"("a":"string","list":"string","flag":"boolean","s":"string"}})");
}

TEST(Summary, NamesScalarsAsDocument004Does) {
  EXPECT_EQ(documented("42", FileType::json), R"({"type":"int","value":42})");
  EXPECT_EQ(documented("-0.5", FileType::json), R"({"type":"float","value":-0.5})");
  EXPECT_EQ(documented("\"x\"", FileType::json), R"({"type":"str","value":"x"})");
  EXPECT_EQ(documented("true", FileType::json), R"({"type":"bool","value":true})");
  EXPECT_EQ(documented("null", FileType::json), R"({"type":"NoneType","value":null})");
}

TEST(Summary, BoundsTheNumberOfKeys) {
  std::string text = "{";
  for (int key = 0; key < 1'500; ++key) {
    text += (key > 0 ? "," : "") + std::string("\"k") + std::to_string(key) + "\":1";
  }
  const auto summary = summarise_text(text + "}", FileType::json);
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->documented["keys"].size(), 1'000U);
  EXPECT_EQ(summary->documented["keysTruncated"], true);
}

std::string search(std::string_view bytes, FileType type, std::string_view text,
                   JsonLayout layout = JsonLayout::array) {
  ByteSource source = ByteSource::of_memory(bytes);
  auto reader = open_text(source, type);
  if (!reader) return reader.error().message;
  const ReadLimits limits = limits_of(Options{});
  const auto results = type == FileType::csv ? search_csv(*reader, limits.csv, text)
                                             : search_json(*reader, limits.json, layout, text);
  return results ? *results : results.error().message;
}

constexpr std::string_view cities =
    "city,country\nBern,Switzerland\n\"Bergen, Vest\",Norway\nZÜRICH,Switzerland\n";

TEST(SearchCsv, FindsCellsWhateverTheirCase) {
  EXPECT_EQ(search(cities, FileType::csv, "BER"),
            R"({"matchingRows":[{"city":"Bern","country":"Switzerland"},)"
            R"({"city":"Bergen, Vest","country":"Norway"}],"totalMatches":2,)"
            R"("searchedColumns":["city","country"]})");
  EXPECT_EQ(search(cities, FileType::csv, "zürich"),
            R"({"matchingRows":[{"city":"ZÜRICH","country":"Switzerland"}],"totalMatches":1,)"
            R"("searchedColumns":["city","country"]})");
  EXPECT_EQ(search(cities, FileType::csv, "tokyo"),
            R"({"matchingRows":[],"totalMatches":0,"searchedColumns":["city","country"]})");
  // Headers are not rows, and no match runs from one cell into the next.
  EXPECT_EQ(search(cities, FileType::csv, "city").find("\"totalMatches\":0") != std::string::npos,
            true);
  EXPECT_NE(search(cities, FileType::csv, "bernswitz").find("\"totalMatches\":0"),
            std::string::npos);
  EXPECT_NE(search(cities, FileType::csv, std::string("bern\0switz", 10)).find(":0"),
            std::string::npos);
}

TEST(SearchCsv, ShowsTenAndCountsAll) {
  const std::string results = search("a\n" + repeat("x1\n", 25), FileType::csv, "X");
  const OrderedJson parsed = OrderedJson::parse(results);
  EXPECT_EQ(parsed["matchingRows"].size(), 10U);
  EXPECT_EQ(parsed["totalMatches"], 25);
}

TEST(SearchJson, FindsKeysAndValuesOfItems) {
  constexpr std::string_view items =
      R"([{"name":"Ada","age":36},{"name":"Bob","Tags":["x",1.50]},"Ada",[null,true]])";
  EXPECT_EQ(search(items, FileType::json, "ada"),
            R"({"matchingItems":[{"name":"Ada","age":36},"Ada"],"totalMatches":2})");
  EXPECT_EQ(search(items, FileType::json, "TAGS"),
            R"({"matchingItems":[{"name":"Bob","Tags":["x",1.50]}],"totalMatches":1})");
  EXPECT_EQ(search(items, FileType::json, "\"name\": \"ada\", \"age\""),
            R"({"matchingItems":[{"name":"Ada","age":36}],"totalMatches":1})");
  EXPECT_EQ(search(items, FileType::json, "[null, true]"),
            R"({"matchingItems":[[null,true]],"totalMatches":1})");
  EXPECT_EQ(search(items, FileType::json, "1.5]"),
            R"({"matchingItems":[{"name":"Bob","Tags":["x",1.50]}],"totalMatches":1})");
  EXPECT_EQ(search(items, FileType::json, "nobody"), R"({"matchingItems":[],"totalMatches":0})");
}

TEST(SearchJson, TreatsAnObjectAsOneItemAndLinesAsItems) {
  EXPECT_EQ(search(R"({"a":{"b":"X"}})", FileType::json, "x", JsonLayout::object),
            R"({"matchingItems":[{"a":{"b":"X"}}],"totalMatches":1})");
  EXPECT_EQ(search("[1]\n[2]\n[21]\n", FileType::json, "2", JsonLayout::lines),
            R"({"matchingItems":[[2],[21]],"totalMatches":2})");
  EXPECT_EQ(search("\"Ada\"", FileType::json, "ada", JsonLayout::scalar),
            R"({"matchingItems":["Ada"],"totalMatches":1})");
}

TEST(SearchJson, ComparesBeyondAscii) {
  EXPECT_EQ(search(R"(["ÉTÉ 😀","\u00c9t\u00e9"])", FileType::json, "été"),
            R"({"matchingItems":["ÉTÉ 😀","Été"],"totalMatches":2})");
  EXPECT_EQ(search(R"(["ÉTÉ 😀"])", FileType::json, "\\u00E9t"),
            R"({"matchingItems":["ÉTÉ 😀"],"totalMatches":1})");
  EXPECT_EQ(search(R"(["ÉTÉ 😀"])", FileType::json, "😀"),
            R"({"matchingItems":["ÉTÉ 😀"],"totalMatches":1})");
}

TEST(SearchJson, FindsTextsInLongItems) {
  const std::string item = "{\"a\":[" + repeat("1234567,", 100'000) + "\"needle\"]}";
  const std::string results =
      search(item, FileType::json, "1234567, \"NEEDLE\"", JsonLayout::object);
  EXPECT_EQ(results, "{\"matchingItems\":[" + item + "],\"totalMatches\":1}");
}

TEST(SubstringMatcher, FindsWhateverTheCuts) {
  for (size_t first = 0; first <= 6; ++first) {
    for (size_t second = first; second <= 6; ++second) {
      SubstringMatcher matcher("ab");
      constexpr std::string_view text = "xaabxx";
      matcher.feed(text.substr(0, first));
      matcher.feed(text.substr(first, second - first));
      matcher.feed(text.substr(second));
      EXPECT_TRUE(matcher.found()) << first << " " << second;
      matcher.restart();
      EXPECT_FALSE(matcher.found());
    }
  }
}

}  // namespace
}  // namespace parley::files
