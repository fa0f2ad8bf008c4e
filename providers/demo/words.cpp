#include "providers/demo/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace parley::providers::demo {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/// Letters, digits and every byte of a character outside ASCII.
bool is_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || (static_cast<unsigned>(c) & 0x80U);
}

/// Signs of more than one byte that are no letters, and what stands for them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> odd_signs = {{
    {"“", "\""},
    {"”", "\""},
    {"«", "\""},
    {"»", "\""},
    {"„", "\""},
    {"’", "'"},
    {"–", "-"},
    {"≥", ">="},
    {"≤", "<="},
    {"\u00a0", " "},
}};

std::string plain_signs(std::string_view question) {
  std::string out;
  while (!question.empty()) {
    bool is_odd = false;
    for (const auto& [odd, plain] : odd_signs) {
      if (is_odd || !question.starts_with(odd)) continue;
      out += plain;
      question.remove_prefix(odd.size());
      is_odd = true;
    }
    if (is_odd) continue;
    out += question.front();
    question.remove_prefix(1);
  }
  return out;
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<Word> run() {
    while (at_ < text_.size() && words_.size() <= question_words_max) {
      if (!take_quoted() && !take_date() && !take_number() && !take_sign() && !take_word()) skip();
    }
    return std::move(words_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool starts_here() const { return at_ == 0 || !is_letter(text_[at_ - 1]); }

  void skip() {
    const bool is_comma = peek() == ',' || peek() == ';';
    if (is_comma && !words_.empty()) words_.back().ends_clause = true;
    ++at_;
  }

  void add(Word::Kind kind, std::string text) {
    Word word;
    word.kind = kind;
    word.normal = joined(text);
    word.stem = singular(word.normal);
    word.is_capital = !text.empty() && is_upper(text.front());
    word.text = std::move(text);
    words_.push_back(std::move(word));
  }

  bool take_quoted() {
    const char quote = peek();
    if (quote != '"' && quote != '`' && (quote != '\'' || !starts_here())) return false;
    size_t end = text_.find(quote, at_ + 1);
    // In 'O'Brien' the second one is a letter's neighbour, not the end.
    while (quote == '\'' && end != std::string_view::npos && end + 1 < text_.size() &&
           is_letter(text_[end + 1])) {
      end = text_.find(quote, end + 1);
    }
    if (end == std::string_view::npos) return false;
    const std::string_view inside = trim(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    if (!inside.empty()) add(Word::Kind::quoted, std::string(inside));
    return true;
  }

  /// 2026-03-01 or 2026-03.
  bool take_date() {
    const auto digits = [this](size_t from, size_t count) {
      for (size_t i = from; i < from + count; ++i) {
        if (!is_digit(peek(i))) return false;
      }
      return true;
    };
    if (!starts_here() || !digits(0, 4) || peek(4) != '-' || !digits(5, 2)) return false;
    const bool has_day = peek(7) == '-' && digits(8, 2);
    const size_t size = has_day ? 10 : 7;
    if (is_letter(peek(size)) || (!has_day && peek(7) == '-')) return false;
    const std::string text(text_.substr(at_, size));
    at_ += size;
    add(Word::Kind::date, text);
    words_.back().normal = text;
    return true;
  }

  /// Digits with thousands separators, a fraction, and a factor or percent sign behind.
  bool take_number() {
    const bool is_negative = peek() == '-' && is_digit(peek(1));
    if (!starts_here() || (!is_negative && !is_digit(peek()))) return false;
    size_t end = at_ + (is_negative ? 1 : 0);
    std::string digits = is_negative ? "-" : "";
    bool has_point = false;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      const bool goes_on = end + 1 < text_.size() && is_digit(text_[end + 1]);
      if (is_digit(c)) digits += c;
      if (is_digit(c) || (c == ',' && goes_on && !has_point && is_thousands(end))) continue;
      if (c != '.' || !goes_on || has_point) break;
      has_point = true;
      digits += c;
    }
    const double factor = factor_at(end);
    if (end < text_.size() && is_letter(text_[end])) return false;
    double value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (parsed.ec != std::errc() || !std::isfinite(value)) return false;
    const std::string text(text_.substr(at_, end - at_));
    at_ = end + (peek(end - at_) == '%' ? 1 : 0);
    add(Word::Kind::number, text);
    words_.back().number = value * factor;
    return true;
  }

  bool is_thousands(size_t comma) const {
    size_t digits = 0;
    while (comma + 1 + digits < text_.size() && is_digit(text_[comma + 1 + digits])) ++digits;
    return digits == 3;
  }

  /// Steps over "k" or "m" right behind the digits.
  double factor_at(size_t& end) const {
    if (end >= text_.size() || (end + 1 < text_.size() && is_letter(text_[end + 1]))) return 1;
    const char c = static_cast<char>(std::tolower(static_cast<unsigned char>(text_[end])));
    if (c != 'k' && c != 'm') return 1;
    ++end;
    return c == 'k' ? 1e3 : 1e6;
  }

  bool take_sign() {
    constexpr std::array<std::string_view, 8> signs = {"<=", ">=", "!=", "<>", "==", "<", ">", "="};
    for (const std::string_view sign : signs) {
      if (!text_.substr(at_).starts_with(sign)) continue;
      at_ += sign.size();
      add(Word::Kind::sign, std::string(sign));
      words_.back().normal = sign == "==" ? "=" : sign == "<>" ? "!=" : std::string(sign);
      return true;
    }
    return false;
  }

  bool take_word() {
    size_t end = at_;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      const bool goes_on = end + 1 < text_.size() && is_letter(text_[end + 1]) && end > at_;
      const bool joins = c == '_' || ((c == '.' || c == '\'') && goes_on);
      if (!is_letter(c) && !joins) break;
    }
    if (end == at_) return false;
    std::string text(text_.substr(at_, end - at_));
    at_ = end;
    if (text.ends_with("'s") || text.ends_with("'S")) text.resize(text.size() - 2);
    add(Word::Kind::word, std::move(text));
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Word> words_;
};

std::vector<Word> split_all(std::string_view question) {
  const std::string plain = plain_signs(question);
  return Splitter(plain).run();
}

}  // namespace

std::vector<Word> split_words(std::string_view question) {
  std::vector<Word> words = split_all(question);
  if (words.size() > question_words_max) words.resize(question_words_max);
  return words;
}

bool is_too_long(std::string_view question) {
  return split_all(question).size() > question_words_max;
}

std::string singular(std::string_view lower) {
  std::string word(lower);
  const auto ends = [&word](std::string_view tail) {
    return word.size() > tail.size() + 1 && word.ends_with(tail);
  };
  if (word == "people") return "person";
  if (ends("ies") && word.size() > 4) return word.substr(0, word.size() - 3) + "y";
  for (const std::string_view tail : {"sses", "shes", "ches", "xes", "tuses", "nuses"}) {
    if (ends(tail)) return word.substr(0, word.size() - 2);
  }
  if (ends("ss") || ends("us") || ends("is") || !ends("s")) return word;
  return word.substr(0, word.size() - 1);
}

std::vector<std::string> name_words(std::string_view name) {
  std::vector<std::string> words;
  bool is_open = false;
  for (size_t at = 0; at < name.size(); ++at) {
    const char c = name[at];
    const bool is_hump = is_upper(c) && at > 0 && !is_upper(name[at - 1]);
    if (!is_letter(c)) is_open = false;
    if (!is_letter(c)) continue;
    if (!is_open || is_hump) words.emplace_back();
    is_open = true;
    words.back() += static_cast<char>(is_upper(c) ? c - 'A' + 'a' : c);
  }
  return words;
}

std::string joined(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (is_letter(c)) out += static_cast<char>(is_upper(c) ? c - 'A' + 'a' : c);
  }
  return out;
}

std::string joined_stems(std::string_view name) {
  std::string out;
  for (const std::string& word : name_words(name)) out += singular(word);
  return out;
}

std::string number_text(double number) {
  constexpr double exact_max = 9'007'199'254'740'992.0;
  if (std::floor(number) == number && std::fabs(number) < exact_max) {
    return fmt::format("{}", static_cast<int64_t>(number));
  }
  return fmt::format("{:.15g}", number);
}

}  // namespace parley::providers::demo
