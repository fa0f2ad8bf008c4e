#include "conversations/config.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace parley::conversations {

namespace {

constexpr int64_t max_tokens_bound = 8'192;

enum class Kind { text, object, data, tokens };

struct KnownKey {
  std::string_view name;
  Kind kind;
};

constexpr std::array known_keys{
    KnownKey{"botName", Kind::text},
    KnownKey{"poweredBy", Kind::text},
    KnownKey{"botColor", Kind::text},
    KnownKey{"botIcon", Kind::text},
    KnownKey{"botMsgBgColor", Kind::text},
    KnownKey{"aiProvider", Kind::text},
    KnownKey{"model", Kind::text},
    KnownKey{"maxTokens", Kind::tokens},
    KnownKey{"customInstructions", Kind::text},
    KnownKey{"pageContext", Kind::object},
    KnownKey{"pageData", Kind::object},
    KnownKey{"jsonData", Kind::data},
};

bool fits(const Json& value, Kind kind) {
  switch (kind) {
    case Kind::text:
      return value.is_string();
    case Kind::object:
      return value.is_object();
    case Kind::data:
      return value.is_object() || value.is_array();
    case Kind::tokens:
      return value.is_number_integer() && value >= 1 && value <= max_tokens_bound;
  }
  return false;
}

std::string expectation_of(Kind kind) {
  switch (kind) {
    case Kind::text:
      return "a string";
    case Kind::object:
      return "an object";
    case Kind::data:
      return "an object or an array";
    case Kind::tokens:
      return fmt::format("an integer from 1 to {}", max_tokens_bound);
  }
  return "something else";
}

}  // namespace

Result<void> check_config(const Json& config) {
  if (!config.is_object()) return fail(ErrorCode::invalid, "config must be an object");
  for (const KnownKey& key : known_keys) {
    const Json* value = find_member(config, key.name);
    if (value == nullptr || value->is_null() || fits(*value, key.kind)) continue;
    return fail(ErrorCode::invalid,
                fmt::format("config.{} must be {}", key.name, expectation_of(key.kind)));
  }
  return {};
}

}  // namespace parley::conversations
