// Head rules: what a request head must be beyond what the parser library insists on. Every rule
// here closes a way to make two parties see different requests (RFC 9112, 11.2).
//
// Pure functions over bytes; nothing is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "net/message.h"

namespace parley::net {

struct HeadLimits {
  size_t bytes_max = 16 * 1024;
  size_t fields_max = 100;
  size_t target_bytes_max = 4 * 1024;
};

/// Of bytes that arrived before the head was whole: true if no continuation can make it valid
/// (a control character, a CR without LF, an LF without CR). `before` is the byte before them.
bool is_hopeless(std::string_view bytes, char before);

/// Of a whole head, request line to blank line: the line grammar of RFC 9112, 3 and 5, without
/// its leniencies: no folding, no space before the colon, single spaces in the request line.
std::optional<Refusal> check_head_bytes(std::string_view head, const HeadLimits& limits);

/// The lines of a trailer section or the fields of a head, without the blank line.
bool are_field_lines(std::string_view lines);

/// Of the parsed fields: one Host, one way to say how long the body is, a target we serve.
/// Rewrites an absolute-form target to origin form (RFC 9112, 3.2.2).
std::optional<Refusal> check_head(RequestHead& head);

/// A chunk-size line without its CRLF (RFC 9112, 7.1), hex digits and bounded extensions; the
/// size, or nullopt.
std::optional<uint64_t> chunk_size_of(std::string_view line);

inline constexpr size_t chunk_line_bytes_max = 256;
inline constexpr size_t trailer_bytes_max = 4 * 1024;

}  // namespace parley::net
