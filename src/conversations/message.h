// A message: what was said once, by whom, under which number.
#pragma once

#include <cstdint>
#include <limits>
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

/// Which messages of a conversation are read: the newest that are within all bounds.
struct Newest {
  int64_t messages_max = std::numeric_limits<int64_t>::max();
  size_t bytes_max = std::numeric_limits<size_t>::max();  ///< of texts as JSON; the very newest is
                                                          ///< read in any case
  int64_t before_seq = std::numeric_limits<int64_t>::max();
};

/// Of what a history shows: one bound on the texts of its messages, one on their receipts.
inline constexpr size_t history_bytes_max = 4 * 1024 * 1024;

/// At most how long `content` is as JSON, without its quotes.
size_t json_bytes_max(std::string_view content);

/// By message id: the JSON array of what was asked of files for it (files/queries.h).
using ReceiptTexts = std::map<std::string, std::string>;

/// Appends what the documents show of messages; one home for all that lists them:
/// [{role: "user"|"assistant", content, timestamp (ms), messageId, seq, finish?, receipts?}], as
/// given. Text, as dump() would write it: a tree of a long history costs more than reading it.
/// Receipts are those of the newest messages, as far as history_bytes_max goes.
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
