// Ids: lowercase, hyphenated UUIDs (RFC 9562). They name things; they authorise nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/entropy.h"

namespace parley {

/// A random (version 4) UUID, 36 characters.
std::string new_uuid(Entropy& entropy);

/// Makes ids of the same form for what is named all the time, such as requests: random per object,
/// then counted (version 8). Cheap; the next one can be guessed. Threads: any.
class IdSequence {
 public:
  explicit IdSequence(Entropy& entropy);

  std::string next();

 private:
  std::string first_half_;
  std::atomic<uint64_t> count_;
};

/// True for exactly the form that paths accept: 8-4-4-4-12 lowercase hex. Uppercase is not found.
bool is_uuid(std::string_view text);

}  // namespace parley
