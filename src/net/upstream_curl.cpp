// The thread that drives libcurl's multi interface, and the calls that talk to it.
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/curl_multi.h"
#include "net/upstream.h"
#include "net/upstream_mailbox.h"
#include "net/upstream_transfer.h"
#include "net/wake_batch.h"

namespace parley::net {

namespace {

constexpr int64_t quiet_wait_ms = 60'000;
/// How late a deadline may be noticed.
constexpr int64_t deadline_step_ms = 20;

class CurlUpstream final : public Upstream {
 public:
  explicit CurlUpstream(CurlUpstreamOptions options)
      : options_(std::move(options)), multi_(clock_) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  ~CurlUpstream() override {
    thread_.request_stop();
    multi_.wake();
    thread_.join();
  }

  std::unique_ptr<UpstreamCall> start(UpstreamRequest request) override;

  /// Any thread: the caller's wish of this call has changed.
  void look_at(std::shared_ptr<UpstreamMailbox> mailbox);

 private:
  using Mailbox = const UpstreamMailbox*;

  void run(const std::stop_token& stop);
  void take_news();
  void admit(std::unique_ptr<UpstreamTransfer> transfer);
  void fulfil_wish(Mailbox mailbox);
  void check_deadlines();
  void end_all();

  const CurlUpstreamOptions options_;
  const SystemClock clock_;
  CurlMulti multi_;

  std::mutex mutex_;  ///< guards the next two
  std::vector<std::unique_ptr<UpstreamTransfer>> new_;
  std::vector<std::shared_ptr<UpstreamMailbox>> changed_;

  /// The thread's own, as all below.
  std::unordered_map<Mailbox, std::unique_ptr<UpstreamTransfer>> running_;
  int64_t deadlines_checked_ms_ = 0;
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
    upstream_.look_at(mailbox_);
  }

  UpstreamResult<UpstreamHead> head(std::stop_token stop) override {
    auto result = mailbox_->take_head(stop);
    if (!result) upstream_.look_at(mailbox_);
    return result;
  }

  UpstreamResult<std::optional<std::string>> read(std::stop_token stop) override {
    bool made_room = false;
    auto result = mailbox_->take_body(stop, made_room);
    if (made_room || !result) upstream_.look_at(mailbox_);
    return result;
  }

  UpstreamResult<void> stream(const Take& take, std::stop_token stop) override {
    bool made_room = false;
    while (const auto piece = mailbox_->divert(take, made_room)) {
      if (made_room) upstream_.look_at(mailbox_);
      if (!take(*piece)) return {};
    }
    auto result = mailbox_->wait_for_end(stop);
    if (!result) upstream_.look_at(mailbox_);
    return result;
  }

  void release() override {
    released_ = true;
    mailbox_->ignore();
    upstream_.look_at(mailbox_);
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
  multi_.wake();
  return std::make_unique<CurlCall>(*this, std::move(mailbox));
}

void CurlUpstream::look_at(std::shared_ptr<UpstreamMailbox> mailbox) {
  {
    const std::lock_guard lock(mutex_);
    changed_.push_back(std::move(mailbox));
  }
  multi_.wake();
}

void CurlUpstream::run(const std::stop_token& stop) {
  const auto finish = [this](CURL* easy, CURLcode code) {
    UpstreamTransfer& transfer = UpstreamTransfer::of(easy);
    transfer.finish(code);
    running_.erase(&transfer.mailbox());
  };
  while (!stop.stop_requested()) {
    take_news();
    check_deadlines();
    const WakeBatch batch;
    multi_.wait(running_.empty() ? quiet_wait_ms : deadline_step_ms, finish);
  }
  end_all();
}

void CurlUpstream::take_news() {
  std::vector<std::unique_ptr<UpstreamTransfer>> started;
  std::vector<std::shared_ptr<UpstreamMailbox>> changed;
  {
    // Both under one lock: a call is never changed before it has been started.
    const std::lock_guard lock(mutex_);
    started.swap(new_);
    changed.swap(changed_);
  }
  for (auto& transfer : started) admit(std::move(transfer));
  for (const auto& mailbox : changed) fulfil_wish(mailbox.get());
}

void CurlUpstream::admit(std::unique_ptr<UpstreamTransfer> transfer) {
  if (auto failure = transfer->prepare()) return transfer->fail(std::move(*failure));
  multi_.add(transfer->easy());
  const Mailbox mailbox = &transfer->mailbox();
  running_.emplace(mailbox, std::move(transfer));
}

void CurlUpstream::fulfil_wish(Mailbox mailbox) {
  const auto found = running_.find(mailbox);
  if (found == running_.end() || found->second->fulfil_wish()) return;
  multi_.remove(found->second->easy());
  found->second->fail({UpstreamFailure::Kind::cancelled, "cancelled by the caller"});
  running_.erase(found);
}

void CurlUpstream::check_deadlines() {
  const int64_t now_ms = clock_.steady_ms();
  if (now_ms - deadlines_checked_ms_ < deadline_step_ms) return;
  deadlines_checked_ms_ = now_ms;
  for (auto at = running_.begin(); at != running_.end();) {
    UpstreamTransfer& transfer = *at->second;
    if (auto failure = transfer.missed_deadline(now_ms)) {
      multi_.remove(transfer.easy());
      transfer.fail(std::move(*failure));
      at = running_.erase(at);
    } else {
      ++at;
    }
  }
}

void CurlUpstream::end_all() {
  take_news();
  for (const auto& [mailbox, transfer] : running_) {
    multi_.remove(transfer->easy());
    transfer->fail({UpstreamFailure::Kind::cancelled, "the client is shutting down"});
  }
  running_.clear();
}

}  // namespace

std::unique_ptr<Upstream> make_curl_upstream(CurlUpstreamOptions options) {
  return std::make_unique<CurlUpstream>(std::move(options));
}

}  // namespace parley::net
