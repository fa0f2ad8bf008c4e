// parse_moment: a cell as a calendar day, with or without a time of day, in one of the orders in
// which people write day, month and year. Only days that exist (Gregorian calendar, years 1 to
// 9999) are taken. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::datasets {

enum class DateOrder {
  iso,          ///< 2026-03-31
  year_slash,   ///< 2026/03/31
  day_dot,      ///< 31.03.2026
  month_slash,  ///< 03/31/2026
  day_slash,    ///< 31/03/2026
  day_name,     ///< 31 Mar 2026, 31-Mar-2026
};
inline constexpr size_t date_orders = 6;

struct Moment {
  int year = 1;
  int month = 1;
  int day = 1;
  bool has_time = false;
  int second_of_day = 0;
  std::string_view fraction = {};  ///< its digits, as they stand in the cell
  bool had_offset = false;         ///< and is in UTC now
};

/// `text` without white space around it: a day, or a day, "T" or a space, and HH:MM[:SS[.fff]],
/// which may have AM or PM, or an offset: Z, +02:00, +0200, +02.
std::optional<Moment> parse_moment(std::string_view text, DateOrder order);

/// "2026-03-31", or "2026-03-31 14:05:09" with the fraction if there is one.
class MomentText {
 public:
  std::string_view write(const Moment& moment, bool with_time);

 private:
  std::array<char, 32> buffer_;
};

}  // namespace parley::datasets
