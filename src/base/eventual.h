// Eventual<T>: a value that is set once; whoever asks for it is called with it then, or at once.
//
// Threads: any.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace parley {

template <class T>
class Eventual {
 public:
  using OnSet = std::function<void(const T&)>;

  /// `on_set` runs once: now, or on the thread that sets the value.
  void when_set(OnSet on_set) {
    std::unique_lock lock(mutex_);
    if (!value_) {
      waiting_.push_back(std::move(on_set));
      return;
    }
    lock.unlock();  // the value never changes once it is set
    on_set(*value_);
  }

  /// Only the first call counts.
  void set(T value) {
    std::unique_lock lock(mutex_);
    if (value_) return;
    value_ = std::move(value);
    const auto waiting = std::exchange(waiting_, {});
    lock.unlock();
    for (const OnSet& on_set : waiting) on_set(*value_);
  }

 private:
  std::mutex mutex_;  ///< guards all below
  std::optional<T> value_;
  std::vector<OnSet> waiting_;
};

}  // namespace parley
