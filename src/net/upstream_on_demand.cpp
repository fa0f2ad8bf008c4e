#include "net/upstream_on_demand.h"

#include <mutex>
#include <stdexcept>

namespace parley::net {

namespace {

/// A call that nobody could start.
class FailedCall final : public UpstreamCall {
 public:
  explicit FailedCall(UpstreamFailure failure) : failure_(std::move(failure)) {}

  UpstreamResult<UpstreamHead> head(std::stop_token /*stop*/) override {
    return tl::unexpected(failure_);
  }
  UpstreamResult<std::optional<std::string>> read(std::stop_token /*stop*/) override {
    return tl::unexpected(failure_);
  }
  UpstreamResult<void> stream(const Take& /*take*/, std::stop_token /*stop*/) override {
    return tl::unexpected(failure_);
  }
  void release() override {}

 private:
  const UpstreamFailure failure_;
};

class UpstreamOnDemand final : public Upstream {
 public:
  explicit UpstreamOnDemand(std::function<std::unique_ptr<Upstream>()> make)
      : make_(std::move(make)) {}

  std::unique_ptr<UpstreamCall> start(UpstreamRequest request) override {
    try {
      return upstream().start(std::move(request));
    } catch (const std::runtime_error& error) {
      return std::make_unique<FailedCall>(
          UpstreamFailure{UpstreamFailure::Kind::unavailable, error.what()});
    }
  }

 private:
  Upstream& upstream() {
    const std::scoped_lock lock(mutex_);
    if (upstream_ == nullptr) upstream_ = make_();
    return *upstream_;
  }

  const std::function<std::unique_ptr<Upstream>()> make_;
  std::mutex mutex_;  ///< guards upstream_, which never changes once it is made
  std::unique_ptr<Upstream> upstream_;
};

}  // namespace

std::unique_ptr<Upstream> make_upstream_on_demand(std::function<std::unique_ptr<Upstream>()> make) {
  return std::make_unique<UpstreamOnDemand>(std::move(make));
}

}  // namespace parley::net
