// The thread that drives libcurl's multi interface, and the calls that talk to it.
#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/upstream.h"
#include "net/upstream_mailbox.h"
#include "net/upstream_transfer.h"

namespace parley::net {

namespace {

constexpr long idle_connections_max = 32;
constexpr int64_t poll_ms_max = 1'000;

class CurlUpstream final : public Upstream {
 public:
  explicit CurlUpstream(CurlUpstreamOptions options)
      : options_(std::move(options)), multi_(make_multi()) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  ~CurlUpstream() override {
    thread_.request_stop();
    wake();
    thread_.join();
    curl_multi_cleanup(multi_);
    curl_global_cleanup();
  }

  std::unique_ptr<UpstreamCall> start(UpstreamRequest request) override;

  /// Any thread: makes the loop look at every transfer.
  void wake() { curl_multi_wakeup(multi_); }

 private:
  static CURLM* make_multi() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM* multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, long{CURLPIPE_MULTIPLEX});
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, idle_connections_max);
    return multi;
  }

  void run(const std::stop_token& stop);
  void admit_new();
  void collect_finished();
  int64_t look_at_all();
  void end_all();

  const CurlUpstreamOptions options_;
  const SystemClock clock_;
  CURLM* const multi_;

  std::mutex mutex_;  ///< guards new_
  std::vector<std::unique_ptr<UpstreamTransfer>> new_;

  std::vector<std::unique_ptr<UpstreamTransfer>> running_;  ///< the thread's own
  std::jthread thread_;
};

/// The caller's side of one transfer.
class CurlCall final : public UpstreamCall {
 public:
  CurlCall(CurlUpstream& upstream, std::shared_ptr<UpstreamMailbox> mailbox)
      : upstream_(upstream), mailbox_(std::move(mailbox)) {}

  ~CurlCall() override {
    if (released_) return;
    mailbox_->cancel();
    upstream_.wake();
  }

  UpstreamResult<UpstreamHead> head(std::stop_token stop) override {
    auto result = mailbox_->take_head(stop);
    if (!result) upstream_.wake();
    return result;
  }

  UpstreamResult<std::optional<std::string>> read(std::stop_token stop) override {
    bool made_room = false;
    auto result = mailbox_->take_body(stop, made_room);
    if (made_room || !result) upstream_.wake();
    return result;
  }

  void release() override {
    released_ = true;
    mailbox_->ignore();
    upstream_.wake();
  }

 private:
  CurlUpstream& upstream_;
  std::shared_ptr<UpstreamMailbox> mailbox_;
  bool released_ = false;
};

std::unique_ptr<UpstreamCall> CurlUpstream::start(UpstreamRequest request) {
  auto mailbox = std::make_shared<UpstreamMailbox>(options_.queue_bytes_max);
  auto transfer = std::make_unique<UpstreamTransfer>(std::move(request), options_, mailbox, clock_);
  {
    const std::lock_guard lock(mutex_);
    new_.push_back(std::move(transfer));
  }
  wake();
  return std::make_unique<CurlCall>(*this, std::move(mailbox));
}

void CurlUpstream::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    admit_new();
    int still_running = 0;
    curl_multi_perform(multi_, &still_running);
    collect_finished();
    const int64_t wait_ms = look_at_all();
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(wait_ms), nullptr);
  }
  end_all();
}

void CurlUpstream::admit_new() {
  std::vector<std::unique_ptr<UpstreamTransfer>> admitted;
  {
    const std::lock_guard lock(mutex_);
    admitted.swap(new_);
  }
  for (auto& transfer : admitted) {
    if (auto failure = transfer->prepare()) {
      transfer->fail(std::move(*failure));
      continue;
    }
    curl_multi_add_handle(multi_, transfer->easy());
    running_.push_back(std::move(transfer));
  }
}

void CurlUpstream::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;  // `message` dies with the removal
    curl_multi_remove_handle(multi_, easy);
    const auto found = std::find_if(running_.begin(), running_.end(),
                                    [easy](const auto& each) { return each->easy() == easy; });
    (*found)->finish(code);
    running_.erase(found);
  }
}

/// Returns how long the thread may sleep.
int64_t CurlUpstream::look_at_all() {
  int64_t wait_ms = poll_ms_max;
  for (auto at = running_.begin(); at != running_.end();) {
    if (auto failure = (*at)->look()) {
      curl_multi_remove_handle(multi_, (*at)->easy());
      (*at)->fail(std::move(*failure));
      at = running_.erase(at);
    } else {
      wait_ms = std::min(wait_ms, (*at)->until_deadline_ms());
      ++at;
    }
  }
  return wait_ms;
}

void CurlUpstream::end_all() {
  admit_new();
  for (const auto& transfer : running_) {
    curl_multi_remove_handle(multi_, transfer->easy());
    transfer->fail({UpstreamFailure::Kind::cancelled, "the client is shutting down"});
  }
  running_.clear();
}

}  // namespace

std::unique_ptr<Upstream> make_curl_upstream(CurlUpstreamOptions options) {
  return std::make_unique<CurlUpstream>(std::move(options));
}

}  // namespace parley::net
