#include "datasets/cell_number.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace parley::datasets {

namespace {

using namespace std::string_view_literals;

constexpr std::array units = {
    "%"sv,   "$"sv,   "€"sv,   "£"sv,   "¥"sv,   "₹"sv,   "₩"sv,   "₽"sv, "₺"sv,
    "₫"sv,   "₪"sv,   "EUR"sv, "USD"sv, "CHF"sv, "GBP"sv, "JPY"sv, "CNY"sv, "INR"sv,
    "CAD"sv, "AUD"sv, "NZD"sv, "SEK"sv, "NOK"sv, "DKK"sv, "PLN"sv, "CZK"sv, "HUF"sv,
    "RON"sv, "BRL"sv, "MXN"sv, "ZAR"sv, "TRY"sv, "RUB"sv, "KRW"sv, "SGD"sv, "HKD"sv};

// A no-break space, plain or narrow, is what spreadsheets put before a unit.
constexpr std::array spaces = {" "sv, "\u00A0"sv, "\u202F"sv};

// And what people put between groups of digits; the last one is thin.
constexpr std::array group_spaces = {" "sv, "\u00A0"sv, "\u202F"sv, "\u2009"sv};

constexpr size_t digits_max = 64;
// A plus sign before more digits than this is a telephone number.
constexpr size_t digits_after_plus_max = 6;

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

void drop_spaces(std::string_view& text) {
  for (const std::string_view space : spaces) {
    while (text.starts_with(space)) text.remove_prefix(space.size());
    while (text.ends_with(space)) text.remove_suffix(space.size());
  }
}

/// Letters need a space between them and the number: "CAD100" is an article.
bool is_apart(std::string_view unit, std::string_view number, std::string_view trimmed) {
  return unit.front() < 'A' || unit.front() > 'Z' || number.size() != trimmed.size();
}

bool ends_number(char byte) {
  return is_digit(byte) || byte == '.';
}

/// Takes a unit off the front or the end of `text`; empty: there is none.
std::string_view take_unit(std::string_view& text, bool at_front) {
  if (text.empty() || ends_number(at_front ? text.front() : text.back())) return {};
  for (const std::string_view unit : units) {
    std::string_view rest = text;
    if (at_front && unit != "%" && text.starts_with(unit)) {
      rest.remove_prefix(unit.size());
    } else if (!at_front && text.ends_with(unit)) {
      rest.remove_suffix(unit.size());
    } else {
      continue;
    }
    std::string_view number = rest;
    drop_spaces(number);
    if (!is_apart(unit, rest, number)) return {};
    text = number;
    return unit;
  }
  return {};
}

/// '+', '-' or 0.
char take_sign(std::string_view& text) {
  if (text.empty() || (text.front() != '-' && text.front() != '+')) return 0;
  const char sign = text.front();
  text.remove_prefix(1);
  return sign;
}

/// SAP's "100.00-". Not "2-", a mark at school, and not "12.-", a price without cents.
bool take_minus_after(std::string_view& text) {
  if (text.size() < 3 || text.back() != '-' || !is_digit(text[text.size() - 2])) return false;
  text.remove_suffix(1);
  return true;
}

/// What stands between two groups of digits at the front of `text`; empty: no such thing.
std::string_view group_separator(std::string_view text, char separator) {
  switch (text.empty() ? '\0' : text.front()) {
    case '\'':
      return text.substr(0, 1);
    case ' ':
    case '\xC2':
    case '\xE2':
      for (const std::string_view space : group_spaces) {
        if (text.starts_with(space)) return space;
      }
      return {};
    default:
      return text.starts_with(separator) ? text.substr(0, 1) : std::string_view();
  }
}

/// The digits of one number, in the form that std::from_chars reads.
class Digits {
 public:
  explicit Digits(bool is_negative) {
    if (is_negative) append('-');
  }

  bool take(std::string_view text, NumberStyle style) {
    const char decimal = style == NumberStyle::point ? '.' : ',';
    if (text.size() > digits_max || !take_whole(text, style == NumberStyle::point ? ',' : '.')) {
      return false;
    }
    if (!text.empty() && text.front() == decimal) {
      text.remove_prefix(1);
      has_fraction_ = true;
      append('.');
      fraction_ = take_run(text);
      total_ += fraction_;
      has_zero_at_end_ = fraction_ > 0 && buffer_[length_ - 1] == '0';
    }
    if (total_ == 0) return false;
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) take_exponent(text);
    return text.empty();
  }

  std::string_view text() const { return {buffer_.data(), length_}; }
  size_t whole_digits() const { return whole_; }
  bool has_groups() const { return has_groups_; }
  bool has_style() const { return has_fraction_ || has_styled_groups_; }
  bool has_full_groups() const { return has_full_groups_ && !has_fraction_; }
  bool has_fraction() const { return has_fraction_; }
  bool has_exponent() const { return has_exponent_; }
  bool has_bare_exponent() const { return has_bare_exponent_; }
  uint8_t fraction_digits() const { return static_cast<uint8_t>(fraction_); }
  bool has_zero_at_end() const { return has_zero_at_end_; }

 private:
  void append(char byte) { buffer_[length_++] = byte; }

  size_t take_run(std::string_view& text) {
    size_t count = 0;
    while (count < text.size() && is_digit(text[count])) append(text[count++]);
    text.remove_prefix(count);
    return count;
  }

  /// False if the groups are not of three digits, or zeros lead.
  bool take_whole(std::string_view& text, char separator) {
    const bool leads_with_zero = !text.empty() && text.front() == '0';
    whole_ = total_ = take_run(text);
    if (leads_with_zero && whole_ > 1) return false;
    const std::string_view used = group_separator(text, separator);
    if (used.empty()) return true;
    if (whole_ == 0 || whole_ > 3 || leads_with_zero) return false;
    has_groups_ = true;
    has_styled_groups_ = used.front() == separator;
    has_full_groups_ = whole_ == 3 && !has_styled_groups_ && used != "'";
    while (text.starts_with(used)) {
      text.remove_prefix(used.size());
      if (take_run(text) != 3) return false;
      whole_ += 3;
    }
    total_ = whole_;
    return true;
  }

  void take_exponent(std::string_view& text) {
    std::string_view rest = text.substr(1);
    const char sign = take_sign(rest);
    if (has_groups_ || rest.empty() || !is_digit(rest.front())) return;
    append('e');
    if (sign != 0) append(sign);
    take_run(rest);
    has_exponent_ = true;
    has_bare_exponent_ = sign == 0 && !has_fraction_;
    text = rest;
  }

  std::array<char, digits_max + 4> buffer_;
  size_t length_ = 0;
  size_t whole_ = 0;
  size_t fraction_ = 0;
  size_t total_ = 0;
  bool has_groups_ = false;
  bool has_styled_groups_ = false;  ///< with the sign that is decimal in the other style
  bool has_full_groups_ = false;
  bool has_fraction_ = false;
  bool has_exponent_ = false;
  bool has_bare_exponent_ = false;
  bool has_zero_at_end_ = false;
};

/// The commonest cell: a few digits and nothing else.
bool parse_short_integer(std::string_view text, int64_t& value) {
  const bool is_negative = !text.empty() && text.front() == '-';
  if (is_negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 18 || (text.front() == '0' && text.size() > 1)) return false;
  int64_t total = 0;
  for (const char byte : text) {
    if (!is_digit(byte)) return false;
    total = total * 10 + (byte - '0');
  }
  value = is_negative ? -total : total;
  return true;
}

bool convert(const Digits& digits, Number& number) {
  const std::string_view text = digits.text();
  const char* const end = text.data() + text.size();
  number.is_integer = !digits.has_fraction() && !digits.has_exponent();
  if (number.is_integer) {
    const auto read = std::from_chars(text.data(), end, number.integer);
    number.real = static_cast<double>(number.integer);
    return read.ec == std::errc() && read.ptr == end;
  }
  const auto read = std::from_chars(text.data(), end, number.real);
  return read.ec == std::errc() && read.ptr == end && std::isfinite(number.real);
}

}  // namespace

std::optional<Number> parse_number(std::string_view text, NumberStyle style) {
  Number number;
  if (parse_short_integer(text, number.integer)) {
    number.real = static_cast<double>(number.integer);
    number.fits_any_style = true;
    return number;
  }
  if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    number.has_parentheses = true;
    text = text.substr(1, text.size() - 2);
  }
  char sign = take_sign(text);
  number.unit = take_unit(text, true);
  if (sign == 0 && !number.unit.empty()) sign = take_sign(text);
  if (sign != 0 && number.has_parentheses) return std::nullopt;
  const std::string_view unit_after = take_unit(text, false);
  if (!number.unit.empty() && !unit_after.empty()) return std::nullopt;
  if (number.unit.empty()) number.unit = unit_after;
  if (sign == 0 && !number.has_parentheses) number.has_minus_after = take_minus_after(text);

  Digits digits(sign == '-' || number.has_parentheses || number.has_minus_after);
  if (!digits.take(text, style) || !convert(digits, number)) return std::nullopt;
  if (sign == '+' && digits.whole_digits() > digits_after_plus_max) return std::nullopt;
  number.has_groups = digits.has_groups();
  number.has_exponent = digits.has_exponent();
  number.has_bare_exponent = digits.has_bare_exponent() && sign == 0 && number.unit.empty();
  number.fraction_digits = digits.fraction_digits();
  number.has_zero_at_end = digits.has_zero_at_end();
  number.has_full_groups = digits.has_full_groups() && number.unit.empty();
  number.fits_any_style = !digits.has_style();
  return number;
}

}  // namespace parley::datasets
