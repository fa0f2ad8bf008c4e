// OpenAI: the Responses API, or Chat Completions for compatible servers, as a Provider.
//
// Stateless; any number of threads.
#pragma once

#include "base/clock.h"
#include "net/upstream.h"
#include "providers/provider.h"
#include "providers/registry.h"

namespace parley::providers::openai {

/// What `automatic` means for a base URL: Responses at OpenAI itself, else Chat Completions.
OpenAiProtocol protocol_of(const OpenAiOptions& options);

class OpenAi final : public Provider {
 public:
  /// `upstream` and `clock` must outlive it.
  OpenAi(OpenAiOptions options, net::Upstream& upstream, const Clock& clock);

  const std::string& name() const override { return options_.name; }
  const std::string& label() const override { return options_.label; }
  const std::string& default_model() const override { return options_.default_model; }

  AnswerResult answer(const Request& request, const OnPart& on_part, std::stop_token stop) override;

 private:
  net::UpstreamRequest make_request(const Request& request, const std::string& model,
                                    const std::string& owner) const;

  const OpenAiOptions options_;
  const bool speaks_responses_;
  net::Upstream& upstream_;
  const Clock& clock_;
};

}  // namespace parley::providers::openai
