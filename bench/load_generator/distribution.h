// Distribution: measured values, summed up as percentiles.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace parley::bench {

class Distribution {
 public:
  void add_ns(int64_t value_ns) { values_ms_.push_back(static_cast<double>(value_ns) / 1e6); }

  /// {"count":…,"p50":…,"p90":…,"p99":…,"max":…} in milliseconds.
  std::string json() {
    std::sort(values_ms_.begin(), values_ms_.end());
    return fmt::format(R"({{"count":{},"p50":{:.4f},"p90":{:.4f},"p99":{:.4f},"max":{:.4f}}})",
                       values_ms_.size(), at(0.5), at(0.9), at(0.99), at(1));
  }

 private:
  double at(double share) const {
    if (values_ms_.empty()) return 0;
    const auto last = static_cast<double>(values_ms_.size() - 1);
    return values_ms_[static_cast<size_t>(std::lround(share * last))];
  }

  std::vector<double> values_ms_;
};

}  // namespace parley::bench
