#include "http/request_record.h"

#include <algorithm>
#include <array>

#include "base/log.h"

namespace parley::http {

namespace {

/// Labels come from a closed set; a client may invent methods.
std::string_view method_label(std::string_view method) {
  constexpr std::array<std::string_view, 7> known = {"GET",   "HEAD",   "POST",   "PUT",
                                                     "PATCH", "DELETE", "OPTIONS"};
  const auto* found = std::find(known.begin(), known.end(), method);
  return found == known.end() ? "other" : *found;
}

class RecordedSource final : public net::BodySource {
 public:
  RecordedSource(std::shared_ptr<net::BodySource> source, std::shared_ptr<RequestRecord> record)
      : source_(std::move(source)), record_(std::move(record)) {}

  State read(std::string& out, size_t bytes_max) override {
    const size_t before = out.size();
    const State state = source_->read(out, bytes_max);
    bytes_ += static_cast<int64_t>(out.size() - before);
    return state;
  }
  void on_wake(std::function<void()> wake) override { source_->on_wake(std::move(wake)); }
  void close(bool client_gone) override {
    source_->close(client_gone);
    record_->end(bytes_, client_gone);
  }
  void drain() override { source_->drain(); }

 private:
  std::shared_ptr<net::BodySource> source_;
  std::shared_ptr<RequestRecord> record_;
  int64_t bytes_ = 0;
};

}  // namespace

RequestRecord::RequestRecord(const net::RequestHead& head, int64_t received_steady_ms,
                             RequestMetrics& metrics, const Clock& clock)
    : peer(head.peer_address),
      method_(method_label(head.method)),
      started_ms_(received_steady_ms),
      metrics_(metrics),
      clock_(clock) {}

void RequestRecord::end(int64_t bytes, bool is_cut) {
  const int64_t took_ms = std::max<int64_t>(0, clock_.steady_ms() - started_ms_);
  metrics_.count(method_, route, status, took_ms);
  if (!log::is_enabled(log::Level::info)) return;
  log::Line line(log::Level::info, "request");
  line.add("bytes", bytes).add("method", method_).add("ms", took_ms).add("peer", peer);
  line.add("requestId", id).add("route", route).add("status", status);
  if (!tenant_id.empty()) line.add("tenant", tenant_id);
  if (!refusal.empty()) line.add("refusal", refusal);
  if (is_cut) line.add_flag("cut");
  line.write();
}

std::shared_ptr<net::BodySource> recorded(std::shared_ptr<net::BodySource> source,
                                          std::shared_ptr<RequestRecord> record) {
  return std::make_shared<RecordedSource>(std::move(source), std::move(record));
}

}  // namespace parley::http
