// The event stream and the errors of Anthropic's Messages API (PROVIDERS.md sections 4 and 6).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "providers/transport/exchange.h"

namespace parley::providers::claude {

/// Understands the events of one answer. Complete at `message_stop` only.
class StreamReader final : public transport::EventReader {
 public:
  bool read_words(std::string_view name, const transport::EventFields& fields,
                  transport::AnswerDraft& draft) override;
  void read(const std::string& name, const Json& data, transport::AnswerDraft& draft) override;

 private:
  struct Block {
    Json block;                  ///< as it will be echoed
    std::optional<size_t> call;  ///< of tool_use
    std::string input;           ///< of tool_use: the partial JSON so far
  };

  void start_block(const Json& data, transport::AnswerDraft& draft);
  void add_delta(const Json& data, transport::AnswerDraft& draft);
  void stop_block(const Json& data);
  void merge_usage(const Json& usage, transport::AnswerDraft& draft) const;

  std::map<int64_t, Block> blocks_;
  std::string stop_reason_;
};

/// What a stop_reason means. An unknown one is a finished answer.
Finish finish_of(std::string_view stop_reason);

/// transport::ReadError for this vendor; error events in a stream are read by it too (status 200).
Failure read_error(int status, const Json& body);

}  // namespace parley::providers::claude
