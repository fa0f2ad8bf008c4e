// The event stream of Chat Completions, as OpenAI and its many imitators send it (PROVIDERS.md 5b,
// 5e).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/transport/exchange.h"

namespace parley::providers::openai {

/// Complete once a finish_reason was seen: at "[DONE]", or at the end of the body for servers that
/// omit it. The usage comes between the two.
class ChatReader final : public transport::EventReader {
 public:
  bool read_words(std::string_view name, const transport::EventFields& fields,
                  transport::AnswerDraft& draft) override;
  void read(const std::string& name, const Json& data, transport::AnswerDraft& draft) override;
  bool read_text(const std::string& data, transport::AnswerDraft& draft) override;
  void end(transport::AnswerDraft& draft) override;

 private:
  struct Call {
    std::optional<int64_t> index;
    std::string id;
    std::string name;
    size_t number = 0;  ///< the draft's
  };

  void read_delta(const Json& delta, transport::AnswerDraft& draft);
  void read_call(const Json& delta, transport::AnswerDraft& draft);
  Call* find_call(const Json& delta);

  std::vector<Call> calls_;
  std::string finish_reason_;
  bool refused_ = false;
};

/// What a finish_reason means; `refused` and `has_calls` override what servers say wrongly.
Finish finish_of_chat(const std::string& reason, bool refused, bool has_calls);

}  // namespace parley::providers::openai
