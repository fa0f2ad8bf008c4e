#include "providers/transport/retry_after.h"

#include <cmath>
#include <ctime>
#include <string>

#include "base/numbers.h"
#include "base/text.h"

namespace parley::providers::transport {

namespace {

constexpr double wait_ms_max = 2'147'483'647;  // both vendors' clients use a 32-bit timer

std::optional<int64_t> sound_wait(double wait_ms, RetryAfterRule rule) {
  if (wait_ms < 0 || wait_ms > wait_ms_max) return std::nullopt;
  if (wait_ms == 0 && !rule.zero_counts) return std::nullopt;
  return static_cast<int64_t>(std::ceil(wait_ms));
}

}  // namespace

std::optional<int64_t> parse_http_date(std::string_view text) {
  const std::string copy(trim(text));
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    std::tm time{};
    const char* end = ::strptime(copy.c_str(), form, &time);
    if (end != nullptr && *end == '\0') return int64_t{::timegm(&time)} * 1'000;
  }
  return std::nullopt;
}

std::optional<int64_t> retry_after_ms(const net::UpstreamHead& head, RetryAfterRule rule,
                                      int64_t now_ms) {
  if (const auto text = head.header("retry-after-ms")) {
    const auto number = parse_number<double>(trim(*text));
    if (number) {
      if (auto wait = sound_wait(*number, rule)) return wait;
    }
  }
  const auto text = head.header("retry-after");
  if (!text) return std::nullopt;
  const auto seconds = parse_number<double>(trim(*text));
  if (seconds) return sound_wait(*seconds * 1'000, rule);
  const auto date = parse_http_date(*text);
  return date ? sound_wait(static_cast<double>(*date - now_ms), rule) : std::nullopt;
}

std::optional<bool> should_retry(const net::UpstreamHead& head) {
  const auto text = head.header("x-should-retry");
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

}  // namespace parley::providers::transport
