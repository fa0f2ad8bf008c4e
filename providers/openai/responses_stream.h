// The event stream of OpenAI's Responses API (PROVIDERS.md 5a).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "providers/transport/exchange.h"

namespace parley::providers::openai {

/// Complete at `response.completed` or `response.incomplete` only.
class ResponsesReader final : public transport::EventReader {
 public:
  bool read_words(std::string_view name, const transport::EventFields& fields,
                  transport::AnswerDraft& draft) override;
  void read(const std::string& name, const Json& data, transport::AnswerDraft& draft) override;
  bool read_text(const std::string& data, transport::AnswerDraft& draft) override;

 private:
  void read_item_added(const Json& data, transport::AnswerDraft& draft);
  void read_item_done(const Json& data, transport::AnswerDraft& draft);
  void add_text(int64_t index, std::string_view text, transport::AnswerDraft& draft);
  void read_end(const Json& data, transport::AnswerDraft& draft);
  size_t call_of(int64_t index, const Json& item, transport::AnswerDraft& draft);

  std::map<int64_t, size_t> calls_;  ///< output index → the draft's number
  std::set<int64_t> spoken_;         ///< output indexes whose text came as deltas
  Json items_ = Json::array();       ///< finished items, for the echo
  bool refused_ = false;
};

/// The string member `key`; empty if there is none.
std::string string_at(const Json& object, std::string_view key);

/// The usage object of both protocols: totals that include the cached tokens.
Usage usage_of(const Json& usage);

}  // namespace parley::providers::openai
