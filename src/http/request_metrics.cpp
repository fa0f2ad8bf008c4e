#include "http/request_metrics.h"

#include <mutex>
#include <string>

namespace parley::http {

void RequestMetrics::count(std::string_view method, std::string_view route, int status,
                           int64_t took_ms) {
  const Series series = series_of(method, route, status);
  series.total.add();
  series.seconds.observe_seconds(static_cast<double>(took_ms) / 1000);
}

RequestMetrics::Series RequestMetrics::series_of(std::string_view method, std::string_view route,
                                                 int status) {
  const Key key{method.data(), route.data(), status};
  {
    const std::shared_lock lock(mutex_);
    const auto known = series_.find(key);
    if (known != series_.end()) return known->second;
  }
  const std::string route_label(route);
  const Series made{
      metrics_.counter("parley_http_requests_total", {{"method", std::string(method)},
                                                      {"route", route_label},
                                                      {"status", std::to_string(status)}}),
      metrics_.histogram("parley_http_request_seconds", {{"route", route_label}})};
  const std::unique_lock lock(mutex_);
  return series_.emplace(key, made).first->second;
}

}  // namespace parley::http
