#include "providers/registry.h"

#include <utility>

#include "providers/breaker.h"
#include "providers/claude/claude.h"
#include "providers/demo/demo.h"
#include "providers/failover.h"
#include "providers/openai/openai.h"
#include "providers/retry.h"

namespace parley::providers {

struct Registry::Impl {
  /// One vendor endpoint and what stands around it.
  struct Endpoint {
    std::unique_ptr<Provider> vendor;
    std::unique_ptr<Breaker> breaker;
    std::unique_ptr<RetryingProvider> retrying;
  };

  SystemWaiter waiter;
  std::vector<Endpoint> endpoints;
  std::vector<std::unique_ptr<Provider>> doors;  ///< what callers get
  std::string preferred;

  void add_endpoint(std::unique_ptr<Provider> vendor, const RegistryOptions& options,
                    const Clock& clock, Entropy& entropy) {
    auto breaker = std::make_unique<Breaker>(options.breaker, clock);
    auto retrying = std::make_unique<RetryingProvider>(*vendor, *breaker, options.retry, waiter,
                                                       clock, entropy);
    endpoints.push_back({std::move(vendor), std::move(breaker), std::move(retrying)});
  }

  void add_doors(int64_t total_ms, const Clock& clock) {
    for (const Endpoint& endpoint : endpoints) {
      std::vector<Provider*> others;
      for (const Endpoint& other : endpoints) {
        if (&other != &endpoint) others.push_back(other.retrying.get());
      }
      doors.push_back(std::make_unique<FailoverProvider>(*endpoint.retrying, std::move(others),
                                                         total_ms, clock));
    }
  }
};

Registry::Registry(RegistryOptions options, net::Upstream& upstream, const Clock& clock,
                   Entropy& entropy)
    : impl_(std::make_unique<Impl>()) {
  if (!options.claude.api_key.empty()) {
    impl_->add_endpoint(std::make_unique<claude::Claude>(options.claude, upstream, clock), options,
                        clock, entropy);
  }
  if (!options.openai.api_key.empty()) {
    impl_->add_endpoint(std::make_unique<openai::OpenAi>(options.openai, upstream, clock), options,
                        clock, entropy);
  }
  impl_->add_doors(options.retry.total_ms, clock);
  if (options.demo_enabled) {
    impl_->doors.push_back(std::make_unique<demo::Demo>(options.demo, impl_->waiter));
  }
  for (const auto& door : impl_->doors) providers_.push_back(door.get());
  impl_->preferred = std::move(options.preferred);
}

Registry::~Registry() = default;

Provider* Registry::find(std::string_view name) const {
  for (Provider* provider : providers_) {
    if (provider->name() == name) return provider;
  }
  return nullptr;
}

Provider* Registry::default_provider() const {
  if (Provider* preferred = find(impl_->preferred)) return preferred;
  return providers_.empty() ? nullptr : providers_.front();
}

}  // namespace parley::providers
