// Token counts, as vendors say them. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/json.h"

namespace parley::providers::transport {

/// More than any call has; sums of a few stay exact.
inline constexpr int64_t tokens_max = 1'000'000'000'000;

/// The count `key` of `usage`, at least 0 and at most tokens_max, whatever was sent: a count below
/// nothing would give money back. nullopt if there is none.
std::optional<int64_t> find_count(const Json& usage, std::string_view key);

}  // namespace parley::providers::transport
