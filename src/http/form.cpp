#include "http/form.h"

#include <algorithm>

#include "base/text.h"
#include "http/target.h"

namespace parley::http {

std::optional<std::map<std::string, std::string>> parse_form(std::string_view body) {
  if (static_cast<size_t>(std::count(body.begin(), body.end(), '&')) >= form_fields_max) {
    return std::nullopt;
  }
  std::map<std::string, std::string> fields;
  while (!body.empty()) {
    const std::string_view field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(field.size() + 1, body.size()));
    if (field.empty()) continue;
    const size_t equals = std::min(field.find('='), field.size());
    auto name = percent_decode(field.substr(0, equals), true);
    auto value = percent_decode(field.substr(std::min(equals + 1, field.size())), true);
    if (!name || !value) return std::nullopt;
    fields[std::move(*name)] = std::move(*value);
  }
  return fields;
}

std::string media_type_of(std::string_view content_type) {
  return to_lower_ascii(trim(content_type.substr(0, content_type.find(';'))));
}

}  // namespace parley::http
