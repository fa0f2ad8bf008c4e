#include "net/upstream_on_demand.h"

#include <mutex>

namespace parley::net {

namespace {

class UpstreamOnDemand final : public Upstream {
 public:
  explicit UpstreamOnDemand(std::function<std::unique_ptr<Upstream>()> make)
      : make_(std::move(make)) {}

  std::unique_ptr<UpstreamCall> start(UpstreamRequest request) override {
    std::call_once(made_, [this] { upstream_ = make_(); });
    return upstream_->start(std::move(request));
  }

 private:
  const std::function<std::unique_ptr<Upstream>()> make_;
  std::once_flag made_;
  std::unique_ptr<Upstream> upstream_;
};

}  // namespace

std::unique_ptr<Upstream> make_upstream_on_demand(std::function<std::unique_ptr<Upstream>()> make) {
  return std::make_unique<UpstreamOnDemand>(std::move(make));
}

}  // namespace parley::net
