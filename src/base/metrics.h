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

namespace parley {

using MetricLabels = std::map<std::string, std::string>;

class Metrics {
 public:
  Metrics();
  ~Metrics();

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
