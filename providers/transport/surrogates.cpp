#include "providers/transport/surrogates.h"

#include <charconv>
#include <optional>

namespace parley::providers::transport {

namespace {

constexpr uint32_t first_marker = 0x10F800;
constexpr uint32_t first_surrogate = 0xD800;
constexpr uint32_t first_low_surrogate = 0xDC00;
constexpr uint32_t last_surrogate = 0xDFFF;
constexpr size_t escape_bytes = 6;  // \uXXXX

bool is_high(uint32_t unit) {
  return unit >= first_surrogate && unit < first_low_surrogate;
}
bool is_low(uint32_t unit) {
  return unit >= first_low_surrogate && unit <= last_surrogate;
}

/// The code unit of an escape \uXXXX that begins at `at`.
std::optional<uint32_t> escape_at(std::string_view json, size_t at) {
  const std::string_view escape = json.substr(at, escape_bytes);
  if (escape.size() < escape_bytes || escape[0] != '\\' || escape[1] != 'u') return std::nullopt;
  uint32_t unit = 0;
  const auto [end, error] = std::from_chars(escape.data() + 2, escape.data() + 6, unit, 16);
  if (error != std::errc() || end != escape.data() + escape_bytes) return std::nullopt;
  return unit;
}

void append_utf8(std::string& out, uint32_t point) {
  out += static_cast<char>(0xF0 | (point >> 18U));
  out += static_cast<char>(0x80 | ((point >> 12U) & 0x3FU));
  out += static_cast<char>(0x80 | ((point >> 6U) & 0x3FU));
  out += static_cast<char>(0x80 | (point & 0x3FU));
}

uint32_t joined(uint32_t high, uint32_t low) {
  return 0x10000 + ((high - first_surrogate) << 10U) + (low - first_low_surrogate);
}

/// The surrogate whose marker stands at `at`.
std::optional<uint32_t> marker_at(std::string_view text, size_t at) {
  if (at + marker_bytes > text.size()) return std::nullopt;
  const auto byte = [&](size_t offset) { return static_cast<unsigned char>(text[at + offset]); };
  if (byte(0) != 0xF4 || byte(1) != 0x8F || byte(2) < 0xA0) return std::nullopt;
  const uint32_t point = 0x10F000U | ((byte(2) & 0x3FU) << 6U) | (byte(3) & 0x3FU);
  return point - first_marker + first_surrogate;
}

}  // namespace

std::string mark_lone_surrogates(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (size_t at = 0; at < json.size();) {
    if (json[at] != '\\') {
      out += json[at++];
      continue;
    }
    const auto unit = escape_at(json, at);
    if (!unit || *unit < first_surrogate || *unit > last_surrogate) {
      out += json.substr(at, 2);
      at += 2;
      continue;
    }
    const auto next = escape_at(json, at + escape_bytes);
    if (is_high(*unit) && next && is_low(*next)) {
      out += json.substr(at, 2 * escape_bytes);
      at += 2 * escape_bytes;
    } else {
      append_utf8(out, first_marker + (*unit - first_surrogate));
      at += escape_bytes;
    }
  }
  return out;
}

std::string resolve_surrogates(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const auto unit = marker_at(text, at);
    if (!unit) {
      out += text[at++];
      continue;
    }
    at += marker_bytes;
    const auto next = marker_at(text, at);
    const bool is_pair = is_high(*unit) && next && is_low(*next);
    // A pair, too, may be a character that looks like a marker.
    const uint32_t point = is_pair ? joined(*unit, *next) : first_marker;
    if (is_pair) at += marker_bytes;
    if (point < first_marker) {
      append_utf8(out, point);
    } else {
      out += "\xEF\xBF\xBD";
    }
  }
  return out;
}

bool ends_in_first_half(std::string_view text) {
  if (text.size() < marker_bytes) return false;
  const auto unit = marker_at(text, text.size() - marker_bytes);
  return unit && is_high(*unit);
}

}  // namespace parley::providers::transport
