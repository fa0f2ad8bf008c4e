#include <utility>

#include "base/json_text.h"
#include "conversations/message.h"

namespace parley::conversations {

namespace {

constexpr size_t around_content_bytes = 192;  // keys, numbers and id of a message

void append_json(std::string& out, const Message& message, const ReceiptTexts& receipts) {
  JsonObjectText object(out);
  object.add("content", message.content);
  if (!message.finish.empty()) object.add("finish", message.finish);
  object.add("messageId", message.id);
  const auto found = receipts.find(message.id);
  if (found != receipts.end()) object.add_json("receipts", found->second);
  object.add("role", message.author == Author::visitor ? "user" : "assistant");
  object.add("seq", message.seq);
  object.add("timestamp", message.created_at_ms);
  object.end();
}

}  // namespace

void append_json(std::string& out, const std::vector<Message>& messages,
                 const ReceiptTexts& receipts) {
  size_t bytes = out.size();
  for (const Message& message : messages) bytes += message.content.size() + around_content_bytes;
  out.reserve(bytes);
  const char* separator = "[";
  for (const Message& message : messages) {
    out += std::exchange(separator, ",");
    append_json(out, message, receipts);
  }
  out += messages.empty() ? "[]" : "]";
}

}  // namespace parley::conversations
