// Demo: the keyless provider. Deterministic, honest about itself, and a user of the real tools.
//
// It streams word by word like a model, so that the first run shows the whole product. Stateless;
// any number of threads.
#pragma once

#include "providers/provider.h"
#include "providers/registry.h"
#include "providers/waiter.h"

namespace parley::providers::demo {

class Demo final : public Provider {
 public:
  /// `waiter` must outlive it.
  Demo(DemoOptions options, Waiter& waiter) : options_(std::move(options)), waiter_(waiter) {}

  const std::string& name() const override { return options_.name; }
  const std::string& label() const override { return options_.label; }
  const std::string& default_model() const override { return options_.default_model; }

  /// Never fails but by `stop`. A word counts as one token.
  AnswerResult answer(const Request& request, const OnPart& on_part, std::stop_token stop) override;

 private:
  /// Says `text` until it ends, the bound is reached or `stop` comes; fills the answer.
  void speak(const std::string& text, int64_t words_max, const OnPart& on_part,
             const std::stop_token& stop, Answer& answer) const;

  const DemoOptions options_;
  Waiter& waiter_;
};

}  // namespace parley::providers::demo
