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
  const UpstreamCall::Take* take = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (wish_ != Wish::go_on) return true;
    take = take_;
    is_handing_over_ = take != nullptr;
    if (take == nullptr && !body_.empty() && body_.size() + bytes.size() > bytes_max_) {
      paused_ = true;
      return false;
    }
    if (take == nullptr) body_.append(bytes);
  }
  if (take == nullptr || hand_over(*take, bytes)) changed_.notify_all();
  return true;
}

/// Without the mutex: `take` may request the stop that wakes the caller. True if the caller, who
/// waits for the end of this call, has to look.
bool UpstreamMailbox::hand_over(const UpstreamCall::Take& take, std::string_view bytes) {
  const bool wants_more = take(bytes);
  const std::lock_guard lock(mutex_);
  is_handing_over_ = false;
  if (!wants_more && wish_ == Wish::go_on) wish_ = Wish::ignore;
  return wish_ != Wish::go_on || take_ == nullptr;
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
  if (!body_.empty()) return take_all(made_room);
  if (failure_) return tl::unexpected(*failure_);
  return std::nullopt;
}

std::string UpstreamMailbox::take_all(bool& made_room) {
  made_room = std::exchange(paused_, false);
  resume_ = resume_ || made_room;
  return std::exchange(body_, {});
}

std::optional<std::string> UpstreamMailbox::divert(const UpstreamCall::Take& take,
                                                   bool& made_room) {
  const std::lock_guard lock(mutex_);
  if (!body_.empty()) return take_all(made_room);
  take_ = &take;
  return std::nullopt;
}

UpstreamResult<void> UpstreamMailbox::wait_for_end(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { wake_caller(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended_ || wish_ != Wish::go_on || stop.stop_requested(); });
  take_ = nullptr;
  changed_.wait(lock, [&] { return !is_handing_over_; });
  if (stop.stop_requested()) return stopped();
  if (failure_) return tl::unexpected(*failure_);
  return {};
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
