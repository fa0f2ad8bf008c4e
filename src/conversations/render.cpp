#include <algorithm>
#include <utility>

#include "base/json_text.h"
#include "conversations/message.h"

namespace parley::conversations {

namespace {

constexpr size_t around_content_bytes = 192;  // keys, numbers and id of a message

/// `receipts`: nullptr if there are none, or not shown.
void append_json(std::string& out, const Message& message, const std::string* receipts) {
  JsonObjectText object(out);
  object.add("content", message.content);
  if (!message.finish.empty()) object.add("finish", message.finish);
  object.add("messageId", message.id);
  if (receipts != nullptr) object.add_json("receipts", *receipts);
  object.add("role", message.author == Author::visitor ? "user" : "assistant");
  object.add("seq", message.seq);
  object.add("timestamp", message.created_at_ms);
  object.end();
}

/// Of each message; the newest are shown.
std::vector<const std::string*> shown_receipts(const std::vector<Message>& messages,
                                               const ReceiptTexts& receipts) {
  std::vector<const std::string*> shown(messages.size(), nullptr);
  size_t left = history_bytes_max;
  for (size_t i = messages.size(); i-- > 0;) {
    const auto found = receipts.find(messages[i].id);
    if (found == receipts.end()) continue;
    if (found->second.size() > left) break;
    left -= found->second.size();
    shown[i] = &found->second;
  }
  return shown;
}

}  // namespace

size_t json_bytes_max(std::string_view content) {
  size_t bytes = content.size();
  for (const char c : content) {
    if (static_cast<unsigned char>(c) < ' ') bytes += 5;  // \u0001
    if (c == '"' || c == '\\') ++bytes;
  }
  return bytes;
}

void append_json(std::string& out, const std::vector<Message>& messages,
                 const ReceiptTexts& receipts) {
  size_t bytes = out.size();
  for (const Message& message : messages) bytes += message.content.size() + around_content_bytes;
  out.reserve(bytes);
  const auto shown = shown_receipts(messages, receipts);
  const char* separator = "[";
  for (size_t i = 0; i < messages.size(); ++i) {
    out += std::exchange(separator, ",");
    append_json(out, messages[i], shown[i]);
  }
  out += messages.empty() ? "[]" : "]";
}

}  // namespace parley::conversations
