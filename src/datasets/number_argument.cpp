#include "datasets/number_argument.h"

#include <fmt/format.h>

#include <new>
#include <string>

#include "base/text.h"

namespace parley::datasets {
namespace {

constexpr size_t argument_characters_max = 60;

std::string refusal(const char* function, sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_BLOB) {
    return fmt::format("{}() of binary data, which is no number. Filter such rows out.", function);
  }
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (bytes == nullptr) throw std::bad_alloc();
  const std::string_view all(bytes, static_cast<size_t>(sqlite3_value_bytes(value)));
  const std::string_view shown = first_characters(all, argument_characters_max);
  return fmt::format(
      "{}() of a text: \"{}{}\" is no number. Filter such rows out or convert them first.",
      function, shown, shown.size() < all.size() ? "…" : "");
}

}  // namespace

int number_type(sqlite3_context* context, sqlite3_value* value) {
  const int type = sqlite3_value_numeric_type(value);
  if (type != SQLITE_TEXT && type != SQLITE_BLOB) return type;
  try {
    const auto* function = static_cast<const char*>(sqlite3_user_data(context));
    const std::string message = refusal(function, value);
    sqlite3_result_error(context, message.data(), static_cast<int>(message.size()));
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  }
  return SQLITE_NULL;
}

}  // namespace parley::datasets
