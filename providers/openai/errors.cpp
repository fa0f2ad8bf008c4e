#include "providers/openai/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/json.h"
#include "providers/transport/exchange.h"

namespace parley::providers::openai {

namespace {

using Kind = Failure::Kind;

/// Codes and types that mean more than their status.
std::optional<Kind> kind_of_code(std::string_view code) {
  static constexpr std::array<std::pair<std::string_view, Kind>, 16> table = {{
      {"insufficient_quota", Kind::no_credit},
      {"credit_balance_exhausted", Kind::no_credit},
      {"organization_spend_limit_exceeded", Kind::no_credit},
      {"project_spend_limit_exceeded", Kind::no_credit},
      {"organization_usage_limit_exceeded", Kind::no_credit},
      {"context_length_exceeded", Kind::context_too_long},
      {"model_not_found", Kind::model_not_found},
      {"invalid_api_key", Kind::authentication},
      {"authentication_error", Kind::authentication},
      {"rate_limit_exceeded", Kind::rate_limited},
      {"slow_down", Kind::rate_limited},
      {"server_error", Kind::overloaded},
      {"server_is_overloaded", Kind::overloaded},
      {"overloaded_error", Kind::overloaded},
      {"invalid_prompt", Kind::bad_request},
      {"invalid_request_error", Kind::bad_request},
  }};
  for (const auto& [name, kind] : table) {
    if (name == code) return kind;
  }
  return std::nullopt;
}

/// A string member, or a number as text.
std::string text_at(const Json& object, std::string_view key) {
  if (const auto number = find_integer(object, key)) return std::to_string(*number);
  return find_string(object, key).value_or("");
}

/// The HTTP status that OpenRouter writes into the body of a 200.
int status_in_code(std::string_view code) {
  const bool is_status =
      code.size() == 3 && code[0] >= '4' && code[0] <= '5' &&
      std::all_of(code.begin(), code.end(), [](char byte) { return byte >= '0' && byte <= '9'; });
  return is_status ? std::stoi(std::string(code)) : 500;
}

}  // namespace

Failure read_error(int status, const Json& body) {
  const Json* wrapped = find_member(body, "error");
  const Json& error = wrapped != nullptr && wrapped->is_object() ? *wrapped : body;
  const std::string type = text_at(error, "type");
  const std::string code = text_at(error, "code");
  std::string message = text_at(error, "message");
  if (wrapped != nullptr && wrapped->is_string()) message = wrapped->get<std::string>();

  Failure failure;
  const bool in_stream = status >= 200 && status <= 299;
  failure.kind = transport::kind_of_status(in_stream ? status_in_code(code) : status);
  // On a clear status only what it cannot say is taken from the code.
  for (const std::string& word : {code, type}) {
    const auto kind = kind_of_code(word);
    if (!kind) continue;
    const bool is_sharper = in_stream || *kind == Kind::no_credit ||
                            *kind == Kind::context_too_long || *kind == Kind::model_not_found;
    if (is_sharper) {
      failure.kind = *kind;
      break;
    }
  }
  if (!type.empty() || !code.empty() || !message.empty()) {
    failure.detail = fmt::format("{} {}: {}", type, code, message);
  }
  return failure;
}

}  // namespace parley::providers::openai
