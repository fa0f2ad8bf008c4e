// Fakes for what stands around a provider: a script in place of a vendor, time that only moves
// when told, waiting that takes none.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "providers/provider.h"
#include "providers/waiter.h"

namespace parley::providers {

class ManualClock final : public Clock {
 public:
  int64_t now_ms() const override { return 1'800'000'000'000 + steady_ms_; }
  int64_t steady_ms() const override { return steady_ms_; }
  void advance(int64_t ms) { steady_ms_ += ms; }

 private:
  int64_t steady_ms_ = 1'000;
};

/// Every random byte is `byte`: 0xFF is the longest jitter, 0 none.
class ConstantEntropy final : public Entropy {
 public:
  explicit ConstantEntropy(uint8_t byte) : byte_(byte) {}
  void fill(std::span<uint8_t> out) override { std::fill(out.begin(), out.end(), byte_); }

 private:
  const uint8_t byte_;
};

/// Moves the clock in place of waiting.
class CountingWaiter final : public Waiter {
 public:
  explicit CountingWaiter(ManualClock& clock) : clock_(clock) {}
  bool wait(int64_t wait_ms, const std::stop_token& stop) override {
    waits.push_back(wait_ms);
    clock_.advance(wait_ms);
    return !stop.stop_requested();
  }
  std::vector<int64_t> waits;

 private:
  ManualClock& clock_;
};

/// Plays steps in order and repeats the last one.
class ScriptedProvider final : public Provider {
 public:
  struct Step {
    std::vector<Part> parts;
    AnswerResult result;
  };

  explicit ScriptedProvider(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  const std::string& label() const override { return name_; }
  const std::string& default_model() const override { return name_; }

  AnswerResult answer(const Request& request, const OnPart& on_part, std::stop_token) override {
    requests.push_back(request);
    const Step step = steps.front();
    if (steps.size() > 1) steps.pop_front();
    for (const Part& part : step.parts) on_part(part);
    return step.result;
  }

  void will_fail(Failure failure) { steps.push_back({{}, tl::unexpected(std::move(failure))}); }
  void will_fail(Failure::Kind kind) { will_fail(Failure{.kind = kind, .detail = "scripted"}); }
  void will_say(const std::string& text, Finish finish = Finish::stop) {
    Answer answer;
    answer.text = text;
    answer.finish = finish;
    answer.provider = name_;
    steps.push_back({{TextDelta{text}}, std::move(answer)});
  }

  std::deque<Step> steps;
  std::vector<Request> requests;

 private:
  std::string name_;
};

}  // namespace parley::providers
