// dump(): what the library's does, several times as fast for text and integers. The library looks
// at every byte by itself; here, runs without anything to escape are copied whole.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/json_text.h"
#include "base/text.h"

namespace parley {

namespace {

std::string dump_by_library(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append_string(std::string& out, const std::string& text) {
  if (is_valid_utf8(text)) return append_json_string_of_utf8(out, text);
  out += dump_by_library(text);  // knows what to put in place of what is invalid
}

template <class Integer>
void append_integer(std::string& out, Integer number) {
  const fmt::format_int digits(number);
  out.append(digits.data(), digits.size());
}

void append(std::string& out, const Json& value) {
  const char* separator = "";
  switch (value.type()) {
    case Json::value_t::object:
      out += '{';
      for (const auto& [key, member] : value.get_ref<const Json::object_t&>()) {
        out += std::exchange(separator, ",");
        append_string(out, key);
        out += ':';
        append(out, member);
      }
      out += '}';
      break;
    case Json::value_t::array:
      out += '[';
      for (const Json& element : value) {
        out += std::exchange(separator, ",");
        append(out, element);
      }
      out += ']';
      break;
    case Json::value_t::string:
      append_string(out, value.get_ref<const std::string&>());
      break;
    case Json::value_t::number_integer:
      append_integer(out, value.get<int64_t>());
      break;
    case Json::value_t::number_unsigned:
      append_integer(out, value.get<uint64_t>());
      break;
    default:
      out += dump_by_library(value);
  }
}

}  // namespace

std::string dump(const Json& value) {
  std::string out;
  append(out, value);
  return out;
}

}  // namespace parley
