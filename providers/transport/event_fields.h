// EventFields: single fields of an event, read without building the whole event.
//
// Nine events of ten add a word to the answer, and a Json of each costs ten times what finding the
// word does. What simdjson does not take (invalid UTF-8, lone surrogates) is left to
// parse_leniently(). One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace parley::providers::transport {

class EventFields {
 public:
  EventFields();
  ~EventFields();

  /// False if `json` is not strict JSON; then nothing may be asked.
  bool parse(std::string_view json);

  /// The value at a JSON Pointer (RFC 6901), if it is there and of that type. A string lives until
  /// the next parse().
  std::optional<std::string_view> string(std::string_view pointer) const;
  std::optional<int64_t> integer(std::string_view pointer) const;

  /// It is there and not null.
  bool has(std::string_view pointer) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace parley::providers::transport
