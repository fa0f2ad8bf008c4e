// Registry: name → provider, with retry, failover and circuit breaking around each.
//
// Built once by app/ from settings; immutable afterwards, so any thread may use it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "net/upstream.h"
#include "providers/provider.h"

namespace parley::providers {

/// US$ per million tokens; settings, never constants in code.
struct Price {
  double input = 0;
  double cached_input = 0;
  double output = 0;
};

/// One vendor endpoint.
struct EndpointOptions {
  std::string name;     ///< "claude", "openai"
  std::string label;    ///< shown to people
  std::string api_key;  ///< empty: the provider does not exist
  std::string base_url;
  std::string default_model;
  net::UpstreamDeadlines deadlines;
};

struct ClaudeOptions : EndpointOptions {
  std::string api_version = "2026-10-21";
  /// Added to every request's output bound, because thinking counts into it.
  int64_t reasoning_headroom_tokens = 8'000;
};

/// Which protocol an OpenAI endpoint speaks; `automatic`: Responses for api.openai.com, else chat.
enum class OpenAiProtocol { automatic, responses, chat_completions };

struct OpenAiOptions : EndpointOptions {
  OpenAiProtocol protocol = OpenAiProtocol::automatic;
  /// For servers that refuse what they do not know (PROVIDERS.md 5e).
  bool send_stream_options = true;
  bool send_max_completion_tokens = true;  ///< false: the old `max_tokens`
  /// As Claude's, for Responses only: small local models have no room for it.
  int64_t reasoning_headroom_tokens = 8'000;
};

struct RetryPolicy {
  int retries_max = 2;
  int64_t backoff_first_ms = 500;
  int64_t backoff_max_ms = 8'000;
  int64_t retry_after_max_ms = 8'000;  ///< a longer wait fails over at once
  int64_t total_ms = 120'000;          ///< one answer, with all its retries and failovers
};

struct BreakerPolicy {
  int failures = 5;  ///< within `window_ms` open the breaker
  int64_t window_ms = 10'000;
  int64_t open_ms = 30'000;
  int64_t long_open_ms = 600'000;  ///< after a refused key or an empty account
};

/// The keyless provider.
struct DemoOptions {
  std::string name = "demo";
  std::string label = "Demo mode";
  std::string default_model = "demo-1";
  int64_t word_ms = 18;  ///< pause between two words, so that streaming can be seen
};

struct RegistryOptions {
  ClaudeOptions claude;
  OpenAiOptions openai;
  DemoOptions demo;
  bool demo_enabled = true;
  std::string preferred;  ///< AI_PROVIDER; used if it exists, else the first that does
  RetryPolicy retry;
  BreakerPolicy breaker;
};

class Registry {
 public:
  /// `upstream`, `clock` and `entropy` must outlive the registry.
  Registry(RegistryOptions options, net::Upstream& upstream, const Clock& clock, Entropy& entropy);
  ~Registry();

  /// Existing providers, vendors first, demo last. Borrowed.
  const std::vector<Provider*>& list() const { return providers_; }

  /// The provider `name`, wrapped: it retries, fails over to the other vendor before the first
  /// visible text (the Answer says who really answered; never to demo), and keeps a breaker per
  /// endpoint. nullptr if it does not exist.
  Provider* find(std::string_view name) const;

  /// What an unset config gets: `preferred`, else the first of list(). Never null while demo is on.
  Provider* default_provider() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::vector<Provider*> providers_;
};

}  // namespace parley::providers
