#include "conversations/message.h"

namespace parley::conversations {

Json render(const std::vector<Message>& messages) {
  Json out = Json::array();
  for (const Message& message : messages) {
    Json item = {{"role", message.author == Author::visitor ? "user" : "assistant"},
                 {"content", message.content},
                 {"timestamp", message.created_at_ms},
                 {"messageId", message.id},
                 {"seq", message.seq}};
    if (!message.finish.empty()) item["finish"] = message.finish;
    out.push_back(std::move(item));
  }
  return out;
}

}  // namespace parley::conversations
