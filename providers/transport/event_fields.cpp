#include "providers/transport/event_fields.h"

#include <simdjson.h>

namespace parley::providers::transport {

struct EventFields::Parsed {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
};

EventFields::EventFields() : parsed_(std::make_unique<Parsed>()) {}

EventFields::~EventFields() = default;

bool EventFields::parse(std::string_view json) {
  return parsed_->parser.parse(json.data(), json.size()).get(parsed_->root) == simdjson::SUCCESS;
}

std::optional<std::string_view> EventFields::string(std::string_view pointer) const {
  std::string_view text;
  const auto problem = parsed_->root.at_pointer(pointer).get(text);
  return problem == simdjson::SUCCESS ? std::optional(text) : std::nullopt;
}

std::optional<int64_t> EventFields::integer(std::string_view pointer) const {
  int64_t number = 0;
  const auto problem = parsed_->root.at_pointer(pointer).get(number);
  return problem == simdjson::SUCCESS ? std::optional(number) : std::nullopt;
}

bool EventFields::has(std::string_view pointer) const {
  simdjson::dom::element element;
  const auto problem = parsed_->root.at_pointer(pointer).get(element);
  return problem == simdjson::SUCCESS && !element.is_null();
}

}  // namespace parley::providers::transport
