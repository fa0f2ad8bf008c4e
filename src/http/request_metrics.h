// RequestMetrics: the count and the duration of requests per route, method and status. Looks each
// series up once, for a request must not cost maps of labels.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <map>
#include <shared_mutex>
#include <string_view>
#include <tuple>

#include "base/metrics.h"

namespace parley::http {

class RequestMetrics {
 public:
  /// `metrics` must outlive this.
  explicit RequestMetrics(Metrics& metrics) : metrics_(metrics) {}

  /// `method` and `route` come from closed sets (labels) and are literals or as long-lived as this.
  void count(std::string_view method, std::string_view route, int status, int64_t took_ms);

 private:
  struct Series {
    Counter total;
    Histogram seconds;
  };
  using Key = std::tuple<const char*, const char*, int>;  // by address: no text is compared

  Series series_of(std::string_view method, std::string_view route, int status);

  Metrics& metrics_;
  std::shared_mutex mutex_;  // guards series_
  std::map<Key, Series> series_;
};

}  // namespace parley::http
