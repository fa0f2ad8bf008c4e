#include "datasets/sums.h"

#include <cmath>
#include <cstdint>

#include "datasets/number_argument.h"

namespace parley::datasets {
namespace {

constexpr double two_to_64 = 18446744073709551616.0;
constexpr int64_t part = 16'384;  // an int64_t without its remainder of this is a double

/// What a window holds. Begins with zeros, as SQLite makes its room.
struct Sum {
  int64_t count;    ///< of integers and reals
  int64_t integer;  ///< the sum of the integers, less 2^64 for each of `wraps`
  int64_t wraps;
  int64_t reals;  ///< how many
  double real;    ///< their sum, by Kahan, Babuška and Neumaier
  double error;   ///< what `real` has lost by rounding

  void add_integer(int64_t value) {
    if (__builtin_add_overflow(integer, value, &integer)) wraps += value > 0 ? 1 : -1;
  }
  void remove_integer(int64_t value) {
    if (__builtin_sub_overflow(integer, value, &integer)) wraps -= value > 0 ? 1 : -1;
  }

  void add_real(double value) {
    const double after = real + value;
    error += std::fabs(real) > std::fabs(value) ? (real - after) + value : (value - after) + real;
    real = after;
  }
  void remove_real(double value) {
    add_real(-value);
    if (reals == 0) real = error = 0;  // with no trace of what was too large
  }

  double value() const {
    Sum all = *this;
    all.add_real(static_cast<double>(wraps) * two_to_64);
    all.add_real(static_cast<double>(integer - integer % part));
    all.add_real(static_cast<double>(integer % part));
    // Beyond the doubles the error is infinity minus infinity.
    return std::isfinite(all.error) ? all.real + all.error : all.real;
  }
};

void add_number(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto* state = static_cast<Sum*>(sqlite3_aggregate_context(context, sizeof(Sum)));
  if (state == nullptr) return sqlite3_result_error_nomem(context);
  const int type = number_type(context, arguments[0]);
  if (type == SQLITE_NULL) return;
  ++state->count;
  if (type == SQLITE_INTEGER) return state->add_integer(sqlite3_value_int64(arguments[0]));
  ++state->reals;
  state->add_real(sqlite3_value_double(arguments[0]));
}

void remove_number(sqlite3_context* context, int, sqlite3_value** arguments) {
  auto* state = static_cast<Sum*>(sqlite3_aggregate_context(context, sizeof(Sum)));
  const int type = number_type(context, arguments[0]);
  if (state == nullptr || type == SQLITE_NULL) return;
  --state->count;
  if (type == SQLITE_INTEGER) return state->remove_integer(sqlite3_value_int64(arguments[0]));
  --state->reals;
  state->remove_real(sqlite3_value_double(arguments[0]));
}

const Sum* values_of(sqlite3_context* context) {
  const auto* state = static_cast<const Sum*>(sqlite3_aggregate_context(context, 0));
  return state == nullptr || state->count == 0 ? nullptr : state;
}

void give_sum(sqlite3_context* context) {
  const Sum* state = values_of(context);
  if (state == nullptr) return;
  if (state->reals > 0) return sqlite3_result_double(context, state->value());
  if (state->wraps != 0) return sqlite3_result_error(context, "integer overflow", -1);
  sqlite3_result_int64(context, state->integer);
}

void give_average(sqlite3_context* context) {
  const Sum* state = values_of(context);
  if (state == nullptr) return;
  sqlite3_result_double(context, state->value() / static_cast<double>(state->count));
}

void give_total(sqlite3_context* context) {
  const Sum* state = values_of(context);
  sqlite3_result_double(context, state == nullptr ? 0 : state->value());
}

}  // namespace

void add_sums(sqlite3* connection) {
  const auto add = [connection](const char* name, void (*give)(sqlite3_context*)) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_create_window_function(connection, name, 1, flags, const_cast<char*>(name), add_number,
                                   give, give, remove_number, nullptr);
  };
  add("sum", give_sum);
  add("avg", give_average);
  add("total", give_total);
}

}  // namespace parley::datasets
