// Budgets against a model that anybody can check: a table in memory, and thousands of random steps.
#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include "tests/unit/budgets_fixture.h"

namespace parley::budgets {
namespace {

struct ModelReservation {
  std::string id;
  std::vector<std::string> counters;
  int64_t units = 0;
};

/// One tenant's books.
struct Model {
  std::map<std::string, std::pair<int64_t, int64_t>> counters;  // used, reserved
  std::vector<ModelReservation> reservations;
  int64_t reported_units = 0;
  int64_t reported_calls = 0;

  bool fits(const std::vector<std::string>& names, const Limits& limits, int64_t units) {
    const int64_t limit_of[] = {limits.tenant, limits.per_conversation, limits.per_visitor,
                                limits.per_day};
    for (size_t i = 0; i < names.size(); ++i) {
      const auto [used, reserved] = counters[names[i]];
      if (limit_of[i] != 0 && used + reserved + units > limit_of[i]) return false;
    }
    return true;
  }
  void reserve(const std::vector<std::string>& names, int64_t units) {
    for (const auto& name : names) counters[name].second += units;
  }
  void end(size_t at, int64_t units) {
    for (const auto& name : reservations[at].counters) {
      counters[name].second -= reservations[at].units;
      counters[name].first += units;
    }
    reservations.erase(reservations.begin() + static_cast<ptrdiff_t>(at));
  }
  void charge(size_t at, int64_t units) {
    reported_units += units;
    ++reported_calls;
    end(at, units);
  }
};

std::vector<std::string> names_of(const Subject& subject, int64_t day) {
  return {"tenant ", "conversation " + subject.conversation_id,
          "visitor " + std::to_string(day) + "/" + subject.visitor, "day " + std::to_string(day)};
}

class BudgetsModelTest : public BudgetsTest {
 protected:
  int64_t upto(int64_t most) { return std::uniform_int_distribution<int64_t>(0, most)(random_); }
  Limits some_limits() {
    const auto one = [&](int64_t most) { return upto(2) == 0 ? 0 : 1 + upto(most); };
    return {one(4'000), one(900), one(300), one(600)};
  }
  Subject some_subject() {
    return {"c" + std::to_string(upto(4)), "v" + std::to_string(upto(3)), "claude", "sonnet"};
  }

  void step_reserve(const db::Tx& tx, const Scope& scope, Model& model) {
    const Subject subject = some_subject();
    const Limits limits = some_limits();
    const int64_t units = upto(40);
    const auto names = names_of(subject, day_of(tx.now_ms()));
    const bool fits = model.fits(names, limits, units);
    EXPECT_EQ(!service_->refusal(tx, scope, subject, limits, units, tx.now_ms()), fits);
    const auto got = service_->reserve(tx, scope, subject, limits, units);
    ASSERT_EQ(got.has_value(), fits);
    if (!got) return;
    model.reserve(names, units);
    model.reservations.push_back({got->id, names, units});
  }
  void step_extend(const db::Tx& tx, const Scope& scope, Model& model, size_t at) {
    const Limits limits = some_limits();
    const int64_t units = upto(40);
    auto& reservation = model.reservations[at];
    const bool fits = model.fits(reservation.counters, limits, units);
    ASSERT_EQ(service_->extend(tx, scope, reservation.id, limits, units).has_value(), fits);
    if (!fits) return;
    model.reserve(reservation.counters, units);
    reservation.units += units;
  }
  void step(const db::Tx& tx, const Scope& scope, Model& model) {
    const int64_t kind = model.reservations.empty() ? 0 : upto(9);
    if (kind < 4) return step_reserve(tx, scope, model);
    const auto at = static_cast<size_t>(upto(std::ssize(model.reservations) - 1));
    const ModelReservation reservation = model.reservations[at];
    if (kind < 6) return step_extend(tx, scope, model, at);
    if (kind < 7) {
      service_->release(tx, scope, reservation.id);
      return model.end(at, 0);
    }
    const int64_t units = upto(reservation.units);
    service_->settle(tx, scope, reservation.id, units, {"claude", "sonnet", true});
    model.charge(at, units);
  }
  void recover(const Scope& scope, Model& model) {
    EXPECT_EQ(service_->recover(scope).value(), std::ssize(model.reservations));
    while (!model.reservations.empty()) model.charge(0, model.reservations[0].units);
  }
  void compare(const Scope& scope, const Model& model) {
    auto wanted = model.counters;
    std::erase_if(wanted, [](const auto& each) {
      return each.second == std::make_pair(int64_t{0}, int64_t{0});
    });
    auto stored = counters(scope);
    std::erase_if(stored, [](const auto& each) {
      return each.second == std::make_pair(int64_t{0}, int64_t{0});
    });
    ASSERT_EQ(stored, wanted);
    int64_t units = 0;
    int64_t calls = 0;
    const auto days = service_->report(scope, 0, 100'000).value();
    for (const auto& day : days) units += day.units, calls += day.calls;
    ASSERT_EQ(units, model.reported_units);
    ASSERT_EQ(calls, model.reported_calls);
  }

  std::mt19937_64 random_{20'261'121};
};

TEST_F(BudgetsModelTest, ThousandsOfRandomStepsAgreeWithTheModel) {
  constexpr int transactions = 400;
  constexpr int steps_max = 30;
  Model models[2];
  int64_t steps = 0;
  for (int i = 0; i < transactions && !HasFatalFailure(); ++i) {
    const size_t which = static_cast<size_t>(upto(1));
    const Scope& scope = which == 0 ? acme_ : globex_;
    const int64_t count = 1 + upto(steps_max - 1);
    ASSERT_TRUE(write([&](const db::Tx& tx) -> Result<bool> {
      for (int64_t n = 0; n < count && !HasFatalFailure(); ++n) step(tx, scope, models[which]);
      return true;
    }));
    steps += count;
    if (upto(19) == 0) recover(scope, models[which]);
    if (upto(9) == 0) clock_.advance_ms(7 * 3'600'000);
    if (i % 10 == 0) compare(acme_, models[0]), compare(globex_, models[1]);
  }
  EXPECT_GT(steps, 4'000);
  compare(acme_, models[0]);
  compare(globex_, models[1]);
}

TEST_F(BudgetsModelTest, UnderFixedLimitsUsedAndReservedNeverExceedThem) {
  const Limits limits{.tenant = 500, .per_day = 200, .per_visitor = 120, .per_conversation = 150};
  std::vector<ModelReservation> open;
  int refusals = 0;
  for (int i = 0; i < 300; ++i) {
    if (upto(9) == 0) clock_.advance_ms(5 * 3'600'000);
    ASSERT_TRUE(write([&](const db::Tx& tx) -> Result<bool> {
      for (int n = 0; n < 10; ++n) {
        const int64_t units = upto(9);
        const auto got = service_->reserve(tx, acme_, some_subject(), limits, units);
        if (got) open.push_back({got->id, {}, units});
        refusals += got ? 0 : 1;
        if (open.size() < 5 || upto(1) == 0) continue;
        service_->settle(tx, acme_, open.back().id, upto(2) == 0 ? open.back().units : 0, {});
        open.pop_back();
      }
      return true;
    }));
    for (const auto& [name, counter] : counters(acme_)) {
      const int64_t limit = name[0] == 't'   ? 500
                            : name[0] == 'd' ? 200
                            : name[0] == 'v' ? 120
                                             : 150;
      ASSERT_LE(counter.first + counter.second, limit) << name;
    }
  }
  EXPECT_GT(refusals, 100) << "the limits were reached";
}

}  // namespace
}  // namespace parley::budgets
