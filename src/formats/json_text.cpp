#include "formats/json_text.h"

#include <fmt/format.h>
#include <utf8.h>

#include <charconv>
#include <iterator>

#include "base/json_text.h"
#include "base/text.h"
#include "formats/case_fold.h"

namespace parley::formats {

namespace {

void append_unicode_escape(std::string& out, char32_t point) {
  const auto append = [&out](uint32_t unit) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
  };
  if (point < 0x10000) return append(point);
  append(0xD800 + ((point - 0x10000) >> 10));
  append(0xDC00 + ((point - 0x10000) & 0x3FF));
}

template <class Visit>
void each_point(std::string_view text, Visit visit) {
  for (auto at = text.begin(); at != text.end();) {
    visit(static_cast<char32_t>(utf8::next(at, text.end())));
  }
}

void append_search_string(std::string& out, std::string_view text) {
  out.push_back('"');
  each_point(text, [&out](char32_t point) {
    const char32_t lower = to_lower(point);
    if (const char escape = json_short_escape(lower)) {
      out.push_back('\\');
      out.push_back(escape);
    } else if (lower < 0x20 || lower > 0x7F) {
      append_unicode_escape(out, lower);
    } else {
      out.push_back(static_cast<char>(lower));
    }
  });
  out.push_back('"');
}

}  // namespace

std::string search_needle(std::string_view text) {
  std::string out;
  each_point(to_valid_utf8(text), [&out](char32_t point) {
    const char32_t lower = to_lower(point);
    if (lower > 0x7F) {
      append_unicode_escape(out, lower);
    } else {
      out.push_back(static_cast<char>(lower));
    }
  });
  return out;
}

std::string python_number(const JsonToken& token) {
  if (token.kind != JsonKind::real) return std::string(token.text);
  double value = 0;
  std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
  // Shortest digits that give the same number: "-d.ddde+xx".
  std::string text(32, '\0');
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  text.resize(static_cast<size_t>(end.ptr - text.data()));
  const size_t mark = text.find('e');
  const int exponent = std::stoi(text.substr(mark + 1));
  if (exponent < -4 || exponent >= 16) return text;
  text.assign(32, '\0');
  const auto fixed =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  text.resize(static_cast<size_t>(fixed.ptr - text.data()));
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

void JsonTextWriter::write(const JsonToken& token) {
  const bool is_end = token.kind == JsonKind::object_end || token.kind == JsonKind::array_end;
  if (is_end) {
    has_members_.pop_back();
    out_.push_back(token.kind == JsonKind::object_end ? '}' : ']');
    return;
  }
  separate();
  switch (token.kind) {
    case JsonKind::object_begin:
    case JsonKind::array_begin:
      has_members_.push_back(false);
      out_.push_back(token.kind == JsonKind::object_begin ? '{' : '[');
      break;
    case JsonKind::key:
    case JsonKind::string:
      if (form_ == Form::search) {
        append_search_string(out_, token.text);
      } else {
        append_json_string(out_, token.text);
      }
      after_key_ = token.kind == JsonKind::key;
      break;
    default:
      if (form_ == Form::search) {
        out_.append(python_number(token));
      } else {
        out_.append(token.text);
      }
  }
}

void JsonTextWriter::separate() {
  const bool is_search = form_ == Form::search;
  if (after_key_) {
    out_.append(is_search ? ": " : ":");
    after_key_ = false;
  } else if (!has_members_.empty()) {
    if (has_members_.back()) out_.append(is_search ? ", " : ",");
    has_members_.back() = true;
  }
}

}  // namespace parley::formats
