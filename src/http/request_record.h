// RequestRecord: what is told about a request at its end: one log line and the metrics. Never its
// query, body or credentials.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/request_metrics.h"
#include "net/message.h"

namespace parley::http {

class RequestRecord {
 public:
  /// `metrics` and `clock` must outlive the record.
  RequestRecord(const net::RequestHead& head, int64_t received_steady_ms, RequestMetrics& metrics,
                const Clock& clock);

  /// Set before the end, by whoever has the request then.
  std::string_view route = "-";  ///< the pattern, never the path; outlives the record
  std::string id = "-";
  std::string tenant_id = {};     ///< whose request it is; empty: nobody's, or not known yet
  std::string peer;               ///< address of the client
  std::string_view refusal = {};  ///< a literal
  int status = 0;

  /// The end; once.
  void end(int64_t bytes, bool is_cut);

 private:
  std::string_view method_;  // a literal
  int64_t started_ms_;
  RequestMetrics& metrics_;
  const Clock& clock_;
};

/// A stream that ends its request's record when it is closed itself.
std::shared_ptr<net::BodySource> recorded(std::shared_ptr<net::BodySource> source,
                                          std::shared_ptr<RequestRecord> record);

}  // namespace parley::http
