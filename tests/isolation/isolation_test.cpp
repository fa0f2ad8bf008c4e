// No tenant sees, changes or disturbs another, shown by machine: each query of the product is run
// without its tenant in turn, and the script must notice every time.
#include <fmt/format.h>

#include "tests/isolation/isolation_fixture.h"
#include "tests/isolation/query_plans.h"
#include "tests/isolation/statements.h"
#include "tests/isolation/written_statements.h"

namespace parley::isolation {
namespace {

/// What a run of the script shows.
struct Seen {
  std::string by_glob;  ///< statuses and bodies
  std::string of_acme;  ///< all that acme owns afterwards
  std::string of_glob;  ///< the same, without its new ids
  bool operator==(const Seen&) const = default;
};

/// Statements that may read all that a tenant has, known by a part of them.
struct WholeReading {
  std::string_view part;
  std::string_view reason;
};
constexpr WholeReading whole_readings[] = {
    {" FROM tenant_domains ", "all that the tenant has, or at the start all there are, is wanted"},
    {" reservations ", "there is one for each answer that runs now"},
    {" customers WHERE tenant_id = $1 AND search LIKE ", "words may stand anywhere in a text"},
    {"SELECT count(*) FROM customers WHERE tenant_id = $1", "a list says how many there are"},
    {"SELECT COALESCE(SUM(size_bytes + tables_bytes), 0) FROM files ",
     "adds up an index, a row 60 bytes"},
};

class TwinTest : public IsolationFixture {
 protected:
  Seen run() {
    Seen seen;
    start(environment());
    seen.by_glob = act_as_glob();
    stop();
    seen.of_glob = without_ids(everything_of(glob, database_path(), media_path()));
    seen.by_glob += run_jobs_of_glob();
    seen.of_acme = acmes_state();
    return seen;
  }

  /// Where two texts part, for people.
  static std::string difference(const std::string& a, const std::string& b) {
    const auto at = static_cast<size_t>(
        std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
    const size_t from = at < 100 ? 0 : at - 100;
    return fmt::format("…{}\n---\n…{}", a.substr(from, 400), b.substr(from, 400));
  }
};

TEST(Statements, LoseOneTenantPredicateAtATime) {
  const auto mutants = mutants_of(
      "DELETE FROM a WHERE tenant_id = $1 AND id IN (SELECT id FROM b JOIN c ON "
      "b.tenant_id = c.tenant_id WHERE c.tenant_id = $1)");
  ASSERT_EQ(mutants.size(), 3U);
  EXPECT_EQ(mutants[0].changed,
            "DELETE FROM a WHERE ($1 IS NOT NULL) AND id IN (SELECT id FROM b JOIN c ON "
            "b.tenant_id = c.tenant_id WHERE c.tenant_id = $1)");
  EXPECT_EQ(mutants[1].changed,
            "DELETE FROM a WHERE tenant_id = $1 AND id IN (SELECT id FROM b JOIN c ON "
            "(c.tenant_id IS NOT NULL) WHERE c.tenant_id = $1)");
  EXPECT_TRUE(mutants_of("INSERT INTO a (tenant_id, id) VALUES ($1, $2)").empty());
}

TEST(Statements, AreFoundInSourcesWherePartsAreJoined) {
  const std::string source =
      "// \"tenant_id = $1\" in words\nint million = 1'000'000;\nchar quote = '\"';\n"
      "run(\"DELETE FROM a \"\n    \"WHERE tenant_id = $1 ESCAPE '\\\\'\", \"x\");";
  EXPECT_EQ(strings_of(source),
            (std::vector<std::string>{"DELETE FROM a WHERE tenant_id = $1 ESCAPE '\\'", "x"}));
  const std::vector<WrittenStatement> written = {{"a.cpp", "WHERE tenant_id = $1"},
                                                 {"b.cpp", "WHERE tenant_id = $2"}};
  EXPECT_EQ(not_run(written, {"SELECT 1 FROM a WHERE tenant_id = $1 LIMIT 1"}),
            "b.cpp: WHERE tenant_id = $2\n");
}

TEST_F(TwinTest, TheScriptSeesItsOwnTenantAndNothingElse) {
  make_template();
  const std::string before = acmes_state();
  start(environment());
  const std::string seen = act_as_glob();
  stop();
  const std::string after = acmes_state();
  EXPECT_EQ(after, before) << difference(after, before);
  EXPECT_EQ(seen.find(acme.word), std::string::npos) << seen;
  EXPECT_NE(seen.find(glob.word), std::string::npos);
  EXPECT_EQ(seen.find(": 500"), std::string::npos) << seen;
  EXPECT_EQ(seen.find(": 400"), std::string::npos) << seen;
  EXPECT_EQ(seen.find(": 401"), std::string::npos) << seen;
}

TEST_F(TwinTest, WhatOneTenantReadsDoesNotDependOnTheOther) {
  make_template();
  const Seen together = run();
  reset_data();
  remove_acme(database_path(), media_path());
  const Seen alone = run();
  EXPECT_EQ(together.by_glob, alone.by_glob) << difference(together.by_glob, alone.by_glob);
}

TEST_F(TwinTest, EveryQueryFindsItsRowsByAnIndex) {
  make_template();
  forget_statements();
  run();
  const auto statements = noted_statements();
  ASSERT_GT(statements.size(), 50U);
  std::set<std::string_view> needed;
  for (const std::string& statement : statements) {
    for (const std::string& step : long_steps_of(database_path(), statement)) {
      const auto* const excuse = std::find_if(
          std::begin(whole_readings), std::end(whole_readings),
          [&](const auto& one) { return statement.find(one.part) != std::string::npos; });
      ASSERT_NE(excuse, std::end(whole_readings)) << step << ": " << statement;
      needed.insert(excuse->part);
    }
  }
  EXPECT_EQ(needed.size(), std::size(whole_readings)) << "one excuses nothing any more";
}

TEST_F(TwinTest, EveryQueryWithoutItsTenantIsNoticed) {
  make_template();
  forget_statements();
  const Seen right = run();
  auto written = written_statements(PARLEY_SOURCE_DIR "/src");
  ASSERT_GT(written.size(), 50U);
  std::erase_if(written, [](const auto& one) { return one.file.starts_with("admin/"); });
  EXPECT_EQ(not_run(written, noted_statements()), "") << "nothing here proves these";
  std::vector<Mutant> mutants;
  for (const std::string& statement : noted_statements()) {
    for (Mutant& mutant : mutants_of(statement)) mutants.push_back(std::move(mutant));
  }
  ASSERT_GT(mutants.size(), 30U);
  reset_data();
  ASSERT_TRUE(run() == right) << "the same in every run";
  size_t survivors = 0;
  for (const Mutant& mutant : mutants) {
    reset_data();
    mutate(mutant);
    const Seen seen = run();
    mutate(std::nullopt);
    if (seen != right) continue;
    ++survivors;
    ADD_FAILURE() << "nobody noticed: " << mutant.changed;
  }
  RecordProperty("mutants", static_cast<int>(mutants.size()));
  EXPECT_EQ(survivors, 0U) << "of " << mutants.size();
}

}  // namespace
}  // namespace parley::isolation
