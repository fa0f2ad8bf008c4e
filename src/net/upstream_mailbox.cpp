#include "net/upstream_mailbox.h"

#include <utility>

namespace parley::net {

std::optional<std::string_view> UpstreamHead::header(std::string_view lowercase_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lowercase_name) return value;
  }
  return std::nullopt;
}

// Who is woken finds the mutex free: woken under it, he would only wait for it at once.

void UpstreamMailbox::put_head(UpstreamHead head) {
  {
    const std::lock_guard lock(mutex_);
    head_ = std::move(head);
  }
  changed_.notify_all();
}

bool UpstreamMailbox::put_body(std::string_view bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (wish_ != Wish::go_on) return true;
    if (!body_.empty() && body_.size() + bytes.size() > bytes_max_) {
      paused_ = true;
      return false;
    }
    body_.append(bytes);
  }
  changed_.notify_all();
  return true;
}

void UpstreamMailbox::put_end(std::optional<UpstreamFailure> failure) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    failure_ = std::move(failure);
  }
  changed_.notify_all();
}

bool UpstreamMailbox::take_resume() {
  const std::lock_guard lock(mutex_);
  return std::exchange(resume_, false);
}

UpstreamMailbox::Wish UpstreamMailbox::wish() const {
  const std::lock_guard lock(mutex_);
  return wish_;
}

void UpstreamMailbox::wake_caller() {
  { const std::lock_guard lock(mutex_); }  // a caller that has seen no stop yet is waiting by now
  changed_.notify_all();
}

tl::unexpected<UpstreamFailure> UpstreamMailbox::stopped() {
  wish_ = Wish::cancel;
  return tl::unexpected(
      UpstreamFailure{UpstreamFailure::Kind::cancelled, "cancelled by the caller"});
}

UpstreamResult<UpstreamHead> UpstreamMailbox::take_head(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { wake_caller(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return head_.has_value() || ended_ || stop.stop_requested(); });
  if (stop.stop_requested()) return stopped();
  if (head_) return *head_;
  return tl::unexpected(failure_.value_or(
      UpstreamFailure{UpstreamFailure::Kind::protocol, "ended without a response head"}));
}

UpstreamResult<std::optional<std::string>> UpstreamMailbox::take_body(const std::stop_token& stop,
                                                                      bool& made_room) {
  const std::stop_callback wake(stop, [this] { wake_caller(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !body_.empty() || ended_ || stop.stop_requested(); });
  if (stop.stop_requested()) return stopped();
  if (!body_.empty()) {
    made_room = std::exchange(paused_, false);
    resume_ = resume_ || made_room;
    return std::exchange(body_, {});
  }
  if (failure_) return tl::unexpected(*failure_);
  return std::nullopt;
}

void UpstreamMailbox::ignore() {
  const std::lock_guard lock(mutex_);
  if (wish_ == Wish::go_on) wish_ = Wish::ignore;
  resume_ = resume_ || std::exchange(paused_, false);
}

void UpstreamMailbox::cancel() {
  const std::lock_guard lock(mutex_);
  wish_ = Wish::cancel;
}

}  // namespace parley::net
