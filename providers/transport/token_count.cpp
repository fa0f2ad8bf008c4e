#include "providers/transport/token_count.h"

#include <algorithm>

namespace parley::providers::transport {

std::optional<int64_t> find_count(const Json& usage, std::string_view key) {
  const auto count = find_integer(usage, key);
  if (!count) return std::nullopt;
  return std::clamp<int64_t>(*count, 0, tokens_max);
}

}  // namespace parley::providers::transport
