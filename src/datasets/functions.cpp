#include "datasets/functions.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>
#include <vector>

#include "datasets/number_argument.h"
#include "datasets/sums.h"

namespace parley::datasets {
namespace {

constexpr size_t values_max = 4'000'000;  // 32 MB
constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;

/// The aggregate's own state, made at its first row; nullptr if it is none yet (no rows).
/// SQLite keeps a pointer's room for us and forgets it after the last call.
template <class State>
State*& state_of(sqlite3_context* context, bool make) {
  static State* none = nullptr;
  none = nullptr;
  const int bytes = make ? static_cast<int>(sizeof(State*)) : 0;
  auto* place = static_cast<State**>(sqlite3_aggregate_context(context, bytes));
  if (place == nullptr) return none;
  if (make && *place == nullptr) *place = new (std::nothrow) State();
  return *place;
}

// --- median, percentile ---

struct Values {
  std::vector<double> values;
  double percent = 50;
};

void add_value(sqlite3_context* context, int count, sqlite3_value** arguments) {
  Values* state = state_of<Values>(context, true);
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  if (count == 2) state->percent = sqlite3_value_double(arguments[1]);
  if (number_type(context, arguments[0]) == SQLITE_NULL) return;
  if (state->values.size() >= values_max) return sqlite3_result_error_nomem(context);
  try {
    state->values.push_back(sqlite3_value_double(arguments[0]));
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

void give_percentile(sqlite3_context* context) {
  Values*& state = state_of<Values>(context, false);
  if (state == nullptr) return;
  std::vector<double>& values = state->values;
  if (!(state->percent >= 0 && state->percent <= 100)) {
    sqlite3_result_error(context, "percentile(x, p): p must be between 0 and 100", -1);
  } else if (!values.empty()) {
    std::sort(values.begin(), values.end());
    const double place = static_cast<double>(values.size() - 1) * state->percent / 100;
    const auto below = static_cast<size_t>(place);
    const double lower = values[below];
    const double upper = values[std::min(below + 1, values.size() - 1)];
    sqlite3_result_double(context, lower + (upper - lower) * (place - std::floor(place)));
  }
  delete state;
  state = nullptr;
}

// --- variance, stddev ---

struct Moments {  // Welford's: stable for values that are large beside their spread
  double count = 0;
  double mean = 0;
  double squares = 0;
};

void add_moment(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (number_type(context, arguments[0]) == SQLITE_NULL) return;
  auto* state = static_cast<Moments*>(sqlite3_aggregate_context(context, sizeof(Moments)));
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  const double value = sqlite3_value_double(arguments[0]);
  const double before = value - state->mean;
  state->count += 1;
  state->mean += before / state->count;
  state->squares += before * (value - state->mean);
}

template <bool is_root>
void give_variance(sqlite3_context* context) {
  const auto* state = static_cast<Moments*>(sqlite3_aggregate_context(context, 0));
  if (state == nullptr || state->count < 2) return;
  const double variance = state->squares / (state->count - 1);
  sqlite3_result_double(context, is_root ? std::sqrt(variance) : variance);
}

// --- string_agg ---

struct Joined {
  std::string text;
  bool is_empty = true;
};

void add_text(sqlite3_context* context, int, sqlite3_value** arguments) {
  Joined* state = state_of<Joined>(context, true);
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return;
  const auto append = [state](sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    const auto bytes = static_cast<size_t>(sqlite3_value_bytes(value));
    if (text != nullptr) state->text.append(text, bytes);
  };
  const auto length_max = static_cast<size_t>(
      sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1));
  try {
    if (!state->is_empty) append(arguments[1]);
    append(arguments[0]);
    state->is_empty = false;
    if (state->text.size() > length_max) sqlite3_result_error_toobig(context);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
}

void give_text(sqlite3_context* context) {
  Joined*& state = state_of<Joined>(context, false);
  if (state == nullptr) return;
  if (!state->is_empty) {
    sqlite3_result_text64(context, state->text.data(), state->text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
  }
  delete state;
  state = nullptr;
}

}  // namespace

void add_functions(sqlite3* connection) {
  using Step = void (*)(sqlite3_context*, int, sqlite3_value**);
  using Give = void (*)(sqlite3_context*);
  const auto add = [connection](const char* name, int count, Step step, Give give) {
    sqlite3_create_function_v2(connection, name, count, flags, const_cast<char*>(name), nullptr,
                               step, give, nullptr);
  };
  add("median", 1, add_value, give_percentile);
  add("percentile", 2, add_value, give_percentile);
  add("variance", 1, add_moment, give_variance<false>);
  add("stddev", 1, add_moment, give_variance<true>);
  add("stdev", 1, add_moment, give_variance<true>);
  add("string_agg", 2, add_text, give_text);
  add_sums(connection);
}

std::string_view sql_dialect_notes() {
  return "SQLite dialect, one SELECT (WITH, WITH RECURSIVE, window functions and JSON functions "
         "work). Texts take 'single quotes', names with odd characters \"double quotes\". Dates "
         "are texts like 2026-03-31 and timestamps like 2026-03-31 14:05:09 in UTC: use "
         "strftime('%Y-%m', d), date(d, '+7 days'), julianday(a) - julianday(b). Booleans are 1 "
         "and 0. Integer division drops the rest: write 1.0 * a / b. LIKE ignores the case of "
         "ASCII letters. Besides SQLite's own there are median(x), percentile(x, p) with p from 0 "
         "to 100, variance(x), stddev(x), string_agg(x, ', '). A query may take one second, a text "
         "may have 65,536 bytes.";
}

}  // namespace parley::datasets
