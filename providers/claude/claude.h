// Claude: Anthropic's Messages API as a Provider. Stateless; any number of threads.
#pragma once

#include "base/clock.h"
#include "net/upstream.h"
#include "providers/provider.h"
#include "providers/registry.h"

namespace parley::providers::claude {

class Claude final : public Provider {
 public:
  /// `upstream` and `clock` must outlive it.
  Claude(ClaudeOptions options, net::Upstream& upstream, const Clock& clock)
      : options_(std::move(options)), upstream_(upstream), clock_(clock) {}

  const std::string& name() const override { return options_.name; }
  const std::string& label() const override { return options_.label; }
  const std::string& default_model() const override { return options_.default_model; }

  AnswerResult answer(const Request& request, const OnPart& on_part, std::stop_token stop) override;

 private:
  net::UpstreamRequest make_request(const Request& request, const std::string& model,
                                    const std::string& owner) const;

  const ClaudeOptions options_;
  net::Upstream& upstream_;
  const Clock& clock_;
};

}  // namespace parley::providers::claude
