// Metrics: counters, gauges and histograms, read as Prometheus text (version 0.0.4).
//
// Threads: any. Label values come from closed sets (route patterns, statuses, provider names),
// never from input, so the number of series is bounded.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Histogram;
}  // namespace prometheus

namespace parley {

using MetricLabels = std::map<std::string, std::string>;

/// One series of a counter, found once and then cheap to use. Valid as long as its Metrics.
class Counter {
 public:
  void add(double by = 1) const;

 private:
  friend class Metrics;
  explicit Counter(prometheus::Counter& series) : series_(&series) {}
  prometheus::Counter* series_;
};

/// The same for a histogram.
class Histogram {
 public:
  void observe_seconds(double seconds) const;

 private:
  friend class Metrics;
  explicit Histogram(prometheus::Histogram& series) : series_(&series) {}
  prometheus::Histogram* series_;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();

  Counter counter(const std::string& name, const MetricLabels& labels);
  Histogram histogram(const std::string& name, const MetricLabels& labels);

  void count(const std::string& name, const MetricLabels& labels = {}, double by = 1);
  void observe_seconds(const std::string& name, const MetricLabels& labels, double seconds);
  void set(const std::string& name, const MetricLabels& labels, double value);

  /// `refresh` runs before each text(), to set gauges from other parts' snapshots.
  void before_text(std::function<void()> refresh);

  /// Everything, in the exposition format.
  std::string text();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley
