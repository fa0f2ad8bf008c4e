// A message: what was said once, by whom, under which number.
#pragma once

#include <cstdint>
#include <map>
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

/// By message id: the JSON array of what was asked of files for it (files/queries.h).
using ReceiptTexts = std::map<std::string, std::string>;

/// Appends what the documents show of messages; one home for all that lists them:
/// [{role: "user"|"assistant", content, timestamp (ms), messageId, seq, finish?, receipts?}], as
/// given. Text, as dump() would write it: a tree of a long history costs more than reading it.
void append_json(std::string& out, const std::vector<Message>& messages,
                 const ReceiptTexts& receipts = {});

/// What is stored beside an assistant's text.
struct AnswerFacts {
  std::string finish;
  std::string provider;
  std::string model;
  Json usage;
  int64_t response_ms = 0;
};

}  // namespace parley::conversations
