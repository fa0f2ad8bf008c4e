#include "datasets/places.h"

#include <chrono>

namespace parley::datasets {

Result<Places::Place> Places::take(const std::string& owner, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  Waiter self{owner};
  const auto position = waiting_.insert(waiting_.end(), &self);
  hand_out();
  changed_.wait_for(lock, stop, std::chrono::milliseconds(limits_.wait_ms_max),
                    [&self] { return self.has_place; });
  if (self.has_place) return Place(*this, owner);
  waiting_.erase(position);
  if (stop.stop_requested()) return fail(ErrorCode::unavailable, "The query was stopped");
  return fail(ErrorCode::unavailable, "Too many queries are running. Try again in a moment.");
}

int64_t Places::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

int64_t Places::waiting() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int64_t>(waiting_.size());
}

void Places::give_back(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  --running_;
  if (const auto found = running_of_.find(owner); --found->second == 0) running_of_.erase(found);
  hand_out();
}

void Places::hand_out() {
  bool has_changed = false;
  for (auto next = waiting_.begin(); next != waiting_.end() && running_ < limits_.running_max;) {
    Waiter& waiter = **next;
    if (const auto found = running_of_.find(waiter.owner);
        found != running_of_.end() && found->second >= limits_.per_owner_max) {
      ++next;
      continue;
    }
    waiter.has_place = has_changed = true;
    ++running_;
    ++running_of_[waiter.owner];
    next = waiting_.erase(next);
  }
  if (has_changed) changed_.notify_all();
}

}  // namespace parley::datasets
