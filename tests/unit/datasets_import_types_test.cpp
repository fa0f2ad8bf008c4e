// How cells become values: what is a number, a day, a time, and what stays text.
#include <gmock/gmock.h>

#include "tests/unit/datasets_texts.h"

namespace parley::datasets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct TypeCase {
  std::string name;
  std::vector<std::string> cells;
  ColumnType type;
  std::vector<std::string> values;
  std::string unit = {};
  std::string note = {};
};

// The name is GoogleTest's.
// NOLINTNEXTLINE(readability-identifier-naming)
void PrintTo(const TypeCase& one, std::ostream* out) {
  *out << one.name;
}

class ImportTypes : public testing::TestWithParam<TypeCase> {};

TEST_P(ImportTypes, AreFoundOverAllRows) {
  const TypeCase& expected = GetParam();
  const Imported imported(one_column(expected.cells));
  ASSERT_EQ(imported.error(), "");
  const Column& column = imported.column(0);
  EXPECT_EQ(name_of(column.type), name_of(expected.type));
  EXPECT_EQ(column.unit, expected.unit);
  EXPECT_EQ(column.note, expected.note);
  EXPECT_EQ(values_of(imported), expected.values);
}

/// Cells that stay as they are.
TypeCase text_case(std::string name, const std::vector<std::string>& cells, std::string note = {}) {
  return {std::move(name), cells, ColumnType::text, cells, "", std::move(note)};
}

/// They stay because of one of them.
TypeCase misfit_case(std::string name, const std::vector<std::string>& cells,
                     const std::string& misfit, const std::string& others) {
  return text_case(std::move(name), cells, "text because of \"" + misfit + "\"; " + others);
}

/// They stay because of two of them.
TypeCase clash_case(std::string name, const std::vector<std::string>& cells,
                    const std::string& first, const std::string& second) {
  return text_case(std::move(name), cells,
                   "text because \"" + first + "\" and \"" + second + "\" do not go together");
}

const std::string groups_note = "thousands separators taken off";

INSTANTIATE_TEST_SUITE_P(
    Numbers, ImportTypes,
    testing::Values(
        TypeCase{"integers", {"1", "-20", "+3", "0"}, ColumnType::integer, {"1", "-20", "3", "0"}},
        TypeCase{"reals",
                 {"1", "-2.5", ".5", "1e+3"},
                 ColumnType::real,
                 {"1.0", "-2.5", "0.5", "1000.0"}},
        TypeCase{"bits_64",
                 {"9223372036854775807", "-9223372036854775808"},
                 ColumnType::integer,
                 {"9223372036854775807", "-9223372036854775808"}},
        misfit_case("beyond_64_bits", {"9223372036854775808", "1"}, "9223372036854775808",
                    "1 of 2 cells are numbers"),
        text_case("integers_that_no_double_holds", {"9007199254740993", "1.5"},
                  "text because \"9007199254740993\" has too many digits for a decimal number"),
        misfit_case("leading_zeros", {"00123", "42"}, "00123", "1 of 2 cells are numbers"),
        misfit_case("leading_zero_of_a_real", {"01.5", "2.5"}, "01.5", "1 of 2 cells are numbers"),
        text_case("telephone_numbers", {"+41791234567", "+41443334455"}),
        misfit_case("beyond_doubles", {"1e999", "1"}, "1e999", "1 of 2 cells are numbers"),
        misfit_case("a_late_word", {"1", "2", "3", "four"}, "four", "3 of 4 cells are numbers"),
        misfit_case("an_early_word", {"TBD", "1,200.50", "2,300.00"}, "TBD",
                    "2 of 3 cells are numbers"),
        misfit_case("a_long_misfit", {"1", "2", std::string(50, 'x') + "\ny"},
                    std::string(40, 'x') + "…", "2 of 3 cells are numbers"),
        misfit_case("a_misfit_of_two_lines", {"1", "2", "x\ny"}, "x y", "2 of 3 cells are numbers"),
        text_case("few_numbers", {"1", "word", "more"}),
        text_case("names_with_numbers", {"Widget 07", "CHF", "Ünit 9", "日本"}),
        text_case("words_of_doubles", {"inf", "0x10"}), text_case("versions", {"1.2.3", "1.10.0"}),
        text_case("codes_with_e", {"1E5", "12E3", "12000"}, "text because \"1E5\" may be a code"),
        TypeCase{"exponents",
                 {"1E5", "1.5e3", "-2e-1"},
                 ColumnType::real,
                 {"100000.0", "1500.0", "-0.2"}},
        text_case("whole_parts_that_no_double_holds",
                  {"12345678901234567.5", "12345678901234568.5"},
                  "text because \"12345678901234567.5\" has too many digits for a decimal number"),
        TypeCase{"more_digits_than_a_double_has",
                 {"33.3333333333333333", "1.5"},
                 ColumnType::real,
                 {"33.3333333333333", "1.5"},
                 "",
                 "\"33.3333333333333333\" has more digits than are kept"},
        TypeCase{"digits_of_doubles",
                 {"0.30000000000000004", "0.10000000000000001", "1.7976931348623157e+308"},
                 ColumnType::real,
                 {"0.3", "0.1", "1.79769313486232e+308"}},
        TypeCase{"versions_of_two_parts",
                 {"1.9", "1.10", "1.1"},
                 ColumnType::real,
                 {"1.9", "1.1", "1.1"},
                 "",
                 "\"1.10\" is read as 1.1"},
        TypeCase{"prices", {"19.90", "5", "7.25"}, ColumnType::real, {"19.9", "5.0", "7.25"}},
        TypeCase{"reals_of_programs", {"5.0", "7.25"}, ColumnType::real, {"5.0", "7.25"}},
        TypeCase{"thousands",
                 {"1,234", "12,345,678", "999"},
                 ColumnType::integer,
                 {"1234", "12345678", "999"},
                 "",
                 groups_note},
        TypeCase{"thousands_and_decimals",
                 {"1,234.50", "2.5"},
                 ColumnType::real,
                 {"1234.5", "2.5"},
                 "",
                 groups_note},
        TypeCase{"decimal_comma",
                 {"1.234,56", "-7,5"},
                 ColumnType::real,
                 {"1234.56", "-7.5"},
                 "",
                 "decimal comma, " + groups_note},
        TypeCase{"decimal_comma_by_one_cell",
                 {"1,234", "1,5"},
                 ColumnType::real,
                 {"1.234", "1.5"},
                 "",
                 "decimal comma"},
        TypeCase{"groups_of_points",
                 {"1.234.567", "2.000"},
                 ColumnType::integer,
                 {"1234567", "2000"},
                 "",
                 groups_note},
        TypeCase{"points_alone_are_decimal",
                 {"1.234", "2.000"},
                 ColumnType::real,
                 {"1.234", "2.0"},
                 "",
                 "\"1.234\" is read as 1.234, though it could be 1234"},
        TypeCase{"points_alone_with_a_zero_in_front",
                 {"0.250", "2.000"},
                 ColumnType::real,
                 {"0.25", "2.0"}},
        TypeCase{
            "apostrophes", {"1'234.50", "7"}, ColumnType::real, {"1234.5", "7.0"}, "", groups_note},
        TypeCase{"spaces",
                 {"1 234", "5", "12\u00A0345", "1\u202F234\u202F567", "9\u2009000", "100 000"},
                 ColumnType::integer,
                 {"1234", "5", "12345", "1234567", "9000", "100000"},
                 "",
                 groups_note},
        TypeCase{"spaces_and_decimal_comma",
                 {"1 234,50 €", "-12 000,00 €"},
                 ColumnType::real,
                 {"1234.5", "-12000.0"},
                 "€",
                 "decimal comma, " + groups_note},
        TypeCase{"spaces_and_decimal_point",
                 {"1 234.50", "123 456"},
                 ColumnType::real,
                 {"1234.5", "123456.0"},
                 "",
                 groups_note},
        text_case("telephones_in_groups", {"791 234 567", "791 234 568"},
                  "text because \"791 234 567\" may be a code"),
        misfit_case("wrong_groups_of_spaces", {"1 23", "7"}, "1 23", "1 of 2 cells are numbers"),
        misfit_case("mixed_groups", {"1 234,567 890", "7"}, "1 234,567 890",
                    "1 of 2 cells are numbers"),
        TypeCase{"minus_behind",
                 {"100.00-", "250.00", "1,100.00-", "12-"},
                 ColumnType::real,
                 {"-100.0", "250.0", "-1100.0", "-12.0"},
                 "",
                 groups_note + ", a minus behind means negative"},
        TypeCase{"minus_behind_with_comma_and_unit",
                 {"100,25- EUR", "3,50 EUR"},
                 ColumnType::real,
                 {"-100.25", "3.5"},
                 "EUR",
                 "decimal comma, a minus behind means negative"},
        misfit_case("marks", {"1", "2-", "3"}, "2-", "2 of 3 cells are numbers"),
        misfit_case("prices_without_cents", {"12.-", "13"}, "12.-", "1 of 2 cells are numbers"),
        misfit_case("two_minuses", {"-12.5-", "13"}, "-12.5-", "1 of 2 cells are numbers"),
        misfit_case("wrong_groups", {"1,23,456", "7"}, "1,23,456", "1 of 2 cells are numbers"),
        clash_case("both_styles", {"1,234.5", "1.234,5"}, "1,234.5", "1.234,5"),
        TypeCase{"zero_before_a_group",
                 {"0,123", "0,5"},
                 ColumnType::real,
                 {"0.123", "0.5"},
                 "",
                 "decimal comma"}));

INSTANTIATE_TEST_SUITE_P(
    Units, ImportTypes,
    testing::Values(
        TypeCase{"percent", {"12 %", "-3.5%"}, ColumnType::real, {"12.0", "-3.5"}, "%"},
        TypeCase{"dollars",
                 {"$1,200.50", "-$3", "$-4"},
                 ColumnType::real,
                 {"1200.5", "-3.0", "-4.0"},
                 "$",
                 groups_note},
        TypeCase{"euros_after", {"12.30 €", "5\u00A0€"}, ColumnType::real, {"12.3", "5.0"}, "€"},
        TypeCase{"euros_with_comma",
                 {"1.234,50 €", "3,10 €"},
                 ColumnType::real,
                 {"1234.5", "3.1"},
                 "€",
                 "decimal comma, " + groups_note},
        TypeCase{"francs",
                 {"CHF 12", "CHF 1'000"},
                 ColumnType::integer,
                 {"12", "1000"},
                 "CHF",
                 groups_note},
        TypeCase{"accounting",
                 {"(1,200)", "300"},
                 ColumnType::integer,
                 {"-1200", "300"},
                 "",
                 groups_note + ", parentheses mean negative"},
        TypeCase{"accounting_with_unit",
                 {"($5)", "$7"},
                 ColumnType::integer,
                 {"-5", "7"},
                 "$",
                 "parentheses mean negative"},
        clash_case("mixed_currencies", {"$5.00", "€7.00"}, "$5.00", "€7.00"),
        clash_case("unit_on_some", {"12", "12 %"}, "12", "12 %"),
        clash_case("a_unit_of_letters_on_some", {"12", "EUR 12", "13"}, "12", "EUR 12"),
        text_case("two_units", {"$12 €", "$1 €"}), text_case("percent_first", {"%12", "%13"}),
        text_case("articles", {"CAD100", "CAD200"}), text_case("two_signs", {"-(12)", "(-3)"})));

INSTANTIATE_TEST_SUITE_P(
    Words, ImportTypes,
    testing::Values(
        TypeCase{
            "booleans", {"true", "FALSE", "Yes", "no"}, ColumnType::boolean, {"1", "0", "1", "0"}},
        TypeCase{"bits_are_integers", {"0", "1"}, ColumnType::integer, {"0", "1"}},
        misfit_case("yes_and_numbers", {"yes", "1"}, "yes", "1 of 2 cells are numbers"),
        TypeCase{"placeholders",
                 {"1", "NA", "n/a", "NULL", "None", "nan", "-", "", "2"},
                 ColumnType::integer,
                 {"1", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "2"}},
        TypeCase{"spreadsheet_errors",
                 {"#N/A", "10", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NUM!", "#NULL!", "#NV",
                  "#WERT!", "--", "?", "20"},
                 ColumnType::integer,
                 {"∅", "10", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "∅", "20"}},
        misfit_case("marks_that_are_no_errors", {"#7", "1"}, "#7", "1 of 2 cells are numbers"),
        TypeCase{
            "placeholders_in_text", {"a", "NA", "-", ""}, ColumnType::text, {"a", "NA", "-", "∅"}},
        text_case("only_placeholders", {"-", "NA"}),
        TypeCase{"nothing", {"", ""}, ColumnType::text, {"∅", "∅"}},
        TypeCase{"spaces_in_quotes", {" 7 ", "  "}, ColumnType::integer, {"7", "∅"}},
        text_case("spaces_around_text", {" a ", "b "})));

INSTANTIATE_TEST_SUITE_P(
    Days, ImportTypes,
    testing::Values(
        TypeCase{
            "iso", {"2026-03-31", "2024-02-29"}, ColumnType::date, {"2026-03-31", "2024-02-29"}},
        TypeCase{
            "slashes", {"2026/03/31", "2026/1/2"}, ColumnType::date, {"2026-03-31", "2026-01-02"}},
        TypeCase{
            "dots", {"31.03.2026", "1.2.2026"}, ColumnType::date, {"2026-03-31", "2026-02-01"}},
        TypeCase{"day_first",
                 {"01/02/2026", "31/03/2026"},
                 ColumnType::date,
                 {"2026-02-01", "2026-03-31"},
                 "",
                 "day before month"},
        TypeCase{"month_first",
                 {"01/02/2026", "03/31/2026"},
                 ColumnType::date,
                 {"2026-01-02", "2026-03-31"},
                 "",
                 "month before day"},
        TypeCase{"ambiguous",
                 {"01/02/2026", "03/04/2026"},
                 ColumnType::date,
                 {"2026-01-02", "2026-03-04"},
                 "",
                 "month before day, though no value tells"},
        TypeCase{
            "names", {"31 Mar 2026", "1-dec-2025"}, ColumnType::date, {"2026-03-31", "2025-12-01"}},
        misfit_case("days_that_do_not_exist", {"2026-02-29", "2026-01-01"}, "2026-02-29",
                    "1 of 2 cells are dates"),
        clash_case("no_order_fits", {"31/03/2026", "03/31/2026"}, "31/03/2026", "03/31/2026"),
        misfit_case("a_number_among_days", {"2026-01-01", "5", "2026-01-02"}, "5",
                    "2 of 3 cells are dates"),
        misfit_case("a_day_among_numbers", {"5", "2026-01-01", "6"}, "2026-01-01",
                    "2 of 3 cells are numbers"),
        clash_case("mixed_forms", {"2026-03-31", "31.03.2026"}, "2026-03-31", "31.03.2026"),
        text_case("short_years", {"01/02/26", "03/04/26"}),
        text_case("no_such_month", {"2026-13-01", "2026-00-10"}),
        TypeCase{
            "placeholders_of_days", {"2026-03-31", "-"}, ColumnType::date, {"2026-03-31", "∅"}}));

INSTANTIATE_TEST_SUITE_P(
    Times, ImportTypes,
    testing::Values(TypeCase{"iso",
                             {"2026-03-31T14:05:09", "2026-03-31 23:59"},
                             ColumnType::timestamp,
                             {"2026-03-31 14:05:09", "2026-03-31 23:59:00"}},
                    TypeCase{"fractions",
                             {"2026-03-31 14:05:09.123", "2026-03-31 14:05:09"},
                             ColumnType::timestamp,
                             {"2026-03-31 14:05:09.123", "2026-03-31 14:05:09"}},
                    TypeCase{"zulu",
                             {"2026-03-31T14:05:09Z"},
                             ColumnType::timestamp,
                             {"2026-03-31 14:05:09"},
                             "",
                             "in UTC"},
                    TypeCase{"offsets",
                             {"2026-01-01T01:00:00+02:00", "2025-12-31T20:00:00-0500",
                              "2026-01-01 05:00+05"},
                             ColumnType::timestamp,
                             {"2025-12-31 23:00:00", "2026-01-01 01:00:00", "2026-01-01 00:00:00"},
                             "",
                             "in UTC"},
                    TypeCase{"leap_day_by_offset",
                             {"2024-03-01T00:30:00+01:00"},
                             ColumnType::timestamp,
                             {"2024-02-29 23:30:00"},
                             "",
                             "in UTC"},
                    TypeCase{"halves",
                             {"3/31/2026 2:05 PM", "3/1/2026 12:00 am"},
                             ColumnType::timestamp,
                             {"2026-03-31 14:05:00", "2026-03-01 00:00:00"},
                             "",
                             "month before day"},
                    TypeCase{"with_bare_days",
                             {"2026-03-31", "2026-03-31 10:00"},
                             ColumnType::timestamp,
                             {"2026-03-31 00:00:00", "2026-03-31 10:00:00"},
                             "",
                             "days without a time are at 00:00:00"},
                    TypeCase{"some_offsets",
                             {"2026-03-31T10:00Z", "2026-03-31 10:00"},
                             ColumnType::timestamp,
                             {"2026-03-31 10:00:00", "2026-03-31 10:00:00"},
                             "",
                             "times with an offset are in UTC, the others as they stand"},
                    misfit_case("no_such_time", {"2026-03-31 24:00:00", "2026-03-31 10:00:00"},
                                "2026-03-31 24:00:00", "1 of 2 cells are dates"),
                    text_case("before_the_first_year", {"0001-01-01T00:00:00+01:00"}),
                    text_case("more_after_it", {"2026-03-31 10:00:00 or so"})));

TEST(ImportTypes, ReadAllRowsBeforeTheyDecide) {
  std::string text = "x\n";
  for (int row = 0; row < 5000; ++row) text += "1\n";
  EXPECT_EQ(Imported(text).column(0).type, ColumnType::integer);
  EXPECT_EQ(Imported(text + "1.5\n").column(0).type, ColumnType::real);
  EXPECT_EQ(Imported(text + "word\n").column(0).type, ColumnType::text);
}

TEST(ImportTypes, CountNumbersInAllRowsOfATextColumn) {
  std::string text = "x\nTBD\n";
  for (int row = 0; row < 5000; ++row) text += "1\n";
  EXPECT_EQ(Imported(text).column(0).note,
            "text because of \"TBD\"; 5000 of 5001 cells are numbers");
  for (int row = 0; row < 5002; ++row) text += "word\n";
  EXPECT_EQ(Imported(text).column(0).note, "");
}

TEST(ImportTypes, SayWhichCellsWereReadAsEmpty) {
  const Imported imported("a,b,c\n1,NA,x\n-,2,NA\n");
  EXPECT_THAT(imported.table().notes,
              ElementsAre("Cells such as \"NA\" or \"-\" that are NULL: 2, in \"a\", \"b\"."));
}

TEST(ImportTypes, AreDeclaredToSqlite) {
  const Imported imported("i,r,b,d,t,x\n1,1.5,yes,2026-03-31,2026-03-31 10:00,word\n");
  EXPECT_EQ(imported.rows("SELECT type FROM pragma_table_info('t')"),
            Rows({{"INTEGER"}, {"REAL"}, {"BOOLEAN"}, {"DATE"}, {"TIMESTAMP"}, {"TEXT"}}));
  EXPECT_EQ(imported.rows("SELECT typeof(i), typeof(r), typeof(b), typeof(d), typeof(t) FROM t"),
            Rows({{"integer", "real", "integer", "text", "text"}}));
}

}  // namespace
}  // namespace parley::datasets
