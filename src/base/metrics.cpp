#include "base/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>

namespace parley {

namespace {

/// Seconds; from a small request to a long answer of a model.
const prometheus::Histogram::BucketBoundaries buckets = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  std::mutex mutex;  // guards what follows; the families guard themselves
  std::map<std::string, prometheus::Family<prometheus::Counter>*> counters;
  std::map<std::string, prometheus::Family<prometheus::Histogram>*> histograms;
  std::map<std::string, prometheus::Family<prometheus::Gauge>*> gauges;
  std::vector<std::function<void()>> refreshes;

  template <class Metric, class Builder>
  prometheus::Family<Metric>& family(std::map<std::string, prometheus::Family<Metric>*>& families,
                                     const std::string& name, Builder build) {
    const std::lock_guard lock(mutex);
    auto& entry = families[name];
    if (entry == nullptr) entry = &build().Name(name).Register(registry);
    return *entry;
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}

Metrics::~Metrics() = default;

void Counter::add(double by) const {
  series_->Increment(by);
}

void Histogram::observe_seconds(double seconds) const {
  series_->Observe(seconds);
}

Counter Metrics::counter(const std::string& name, const MetricLabels& labels) {
  return Counter(impl_->family(impl_->counters, name, prometheus::BuildCounter).Add(labels));
}

Histogram Metrics::histogram(const std::string& name, const MetricLabels& labels) {
  return Histogram(
      impl_->family(impl_->histograms, name, prometheus::BuildHistogram).Add(labels, buckets));
}

void Metrics::count(const std::string& name, const MetricLabels& labels, double by) {
  counter(name, labels).add(by);
}

void Metrics::observe_seconds(const std::string& name, const MetricLabels& labels, double seconds) {
  histogram(name, labels).observe_seconds(seconds);
}

void Metrics::set(const std::string& name, const MetricLabels& labels, double value) {
  impl_->family(impl_->gauges, name, prometheus::BuildGauge).Add(labels).Set(value);
}

void Metrics::before_text(std::function<void()> refresh) {
  const std::lock_guard lock(impl_->mutex);
  impl_->refreshes.push_back(std::move(refresh));
}

std::string Metrics::text() {
  std::vector<std::function<void()>> refreshes;
  {
    const std::lock_guard lock(impl_->mutex);
    refreshes = impl_->refreshes;
  }
  for (const auto& refresh : refreshes) refresh();
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace parley
