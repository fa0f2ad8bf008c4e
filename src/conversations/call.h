// A call: one prompt and its answer, as documents 000/001 list them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"

namespace parley::conversations {

struct Call {
  std::string id;  ///< of the answer
  std::string prompt;
  std::string response;
  std::string model;
  Json usage;
  int64_t response_ms = 0;
  int64_t created_at_ms = 0;
};

struct CallPage {
  std::vector<Call> calls;  ///< newest first
  int64_t total = 0;
};

}  // namespace parley::conversations
