// A message: what was said once, by whom, under which number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace parley::conversations {

enum class Author { visitor, assistant };
std::string_view name_of(Author author);

struct Message {
  std::string id;
  int64_t seq = 0;
  Author author = Author::visitor;
  std::string content;
  std::string finish;  ///< of an assistant's message, else empty
  int64_t created_at_ms = 0;
};

/// What the documents show of messages; one home for every route that lists them:
/// [{role: "user"|"assistant", content, timestamp (ms), messageId, seq, finish?}], as given.
Json render(const std::vector<Message>& messages);

/// What is stored beside an assistant's text.
struct AnswerFacts {
  std::string finish;
  std::string provider;
  std::string model;
  Json usage;
  int64_t response_ms = 0;
};

}  // namespace parley::conversations
