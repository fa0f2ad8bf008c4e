#include "base/json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace parley {

namespace {

/// Builds the value while counting depth, so that hostile nesting stops before it costs stack.
class BoundedSax : public nlohmann::detail::json_sax_dom_parser<Json> {
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;

 public:
  BoundedSax(Json& out, size_t depth_max) : Base(out, false), depth_max_(depth_max) {}

  bool start_object(std::size_t elements) { return enter() && Base::start_object(elements); }
  bool start_array(std::size_t elements) { return enter() && Base::start_array(elements); }
  bool end_object() {
    --depth_;
    return Base::end_object();
  }
  bool end_array() {
    --depth_;
    return Base::end_array();
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) {
    message_ = fmt::format("JSON parse error - not valid JSON at character {}", position);
    return false;
  }
  const std::string& message() const { return message_; }

 private:
  bool enter() {
    if (++depth_ <= depth_max_) return true;
    message_ = fmt::format("JSON parse error - nested deeper than {} levels", depth_max_);
    return false;
  }

  size_t depth_max_;
  size_t depth_ = 0;
  std::string message_ = "JSON parse error - not valid JSON";
};

}  // namespace

Result<Json> parse_json(std::string_view text, size_t depth_max) {
  // The library takes a NUL for the end of the text, and would accept whatever follows.
  if (const size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return fail(ErrorCode::invalid,
                fmt::format("JSON parse error - not valid JSON at character {}", nul + 1));
  }
  Json value;
  BoundedSax sax(value, depth_max);
  if (!Json::sax_parse(text.begin(), text.end(), &sax)) {
    return fail(ErrorCode::invalid, sax.message());
  }
  return value;
}

const Json* find_member(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::optional<std::string> find_string(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<int64_t> find_integer(const Json& object, std::string_view key) {
  const Json* member = find_member(object, key);
  if (member == nullptr || !member->is_number_integer()) return std::nullopt;
  const bool fits = !member->is_number_unsigned() || member->get<uint64_t>() <= INT64_MAX;
  return fits ? std::optional(member->get<int64_t>()) : std::nullopt;
}

}  // namespace parley
