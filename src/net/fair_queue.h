// FairQueue: a bounded queue between threads that serves several parties in turn.
//
// Each item belongs to a party (a tenant). Parties are served round robin, so one that sends ten
// times as much waits ten times as long, and nobody else does. A party may hold part of the queue
// and part of the servers only: what it leaves is there for the others at once.
// Threads: any. FIFO within a party.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/idle_threads.h"

namespace parley::net {

struct FairQueueLimits {
  size_t size_max = 1;                ///< items that wait, of all parties
  size_t party_size_max = 1;          ///< of one
  size_t party_being_served_max = 1;  ///< of one, taken and not yet finished
};

template <class T>
class FairQueue {
  struct Party {
    std::deque<T> items;
    size_t being_served = 0;
    bool is_in_turn = false;  ///< it is in turns_
  };
  using Parties = std::map<std::string, Party, std::less<>>;

 public:
  /// An item and whose it is; goes back by finish().
  struct Taken {
    T item;
    typename Parties::iterator party;
  };

  explicit FairQueue(FairQueueLimits limits) : limits_(limits) {}

  /// False, and `item` untouched, if there is no room for this party.
  bool push(std::string_view party, T&& item) {
    Wakeup wakeup;
    {
      const std::lock_guard lock(mutex_);
      if (size_ >= limits_.size_max) return false;
      const auto mine = find_or_add(party);
      if (mine->second.items.size() >= limits_.party_size_max) return false;
      mine->second.items.push_back(std::move(item));
      ++size_;
      enter_turns(mine);
      wakeup = next_to_wake();
    }
    if (wakeup) wakeup->notify_one();
    return true;
  }

  /// Blocks for the next item; nullopt once the queue is closed.
  std::optional<Taken> pop() {
    std::unique_lock lock(mutex_);
    while (turns_.empty() && !is_closed_) {
      idle_.wait(lock);
      is_waking_ = false;
    }
    if (is_closed_) return std::nullopt;
    const auto party = turns_.front();
    turns_.pop_front();
    party->second.is_in_turn = false;
    Taken taken{std::move(party->second.items.front()), party};
    party->second.items.pop_front();
    --size_;
    ++party->second.being_served;
    enter_turns(party);
    const Wakeup wakeup = turns_.empty() ? nullptr : next_to_wake();
    lock.unlock();
    if (wakeup) wakeup->notify_one();
    return taken;
  }

  /// What pop() gave has been served.
  void finish(const Taken& taken) {
    Wakeup wakeup;
    {
      const std::lock_guard lock(mutex_);
      --taken.party->second.being_served;
      enter_turns(taken.party);
      if (!turns_.empty()) wakeup = next_to_wake();
      const Party& party = taken.party->second;
      if (party.items.empty() && party.being_served == 0) parties_.erase(taken.party);
    }
    if (wakeup) wakeup->notify_one();
  }

  /// Every pop() from now on, and those that wait, return nullopt. What is queued stays unread.
  void close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    while (const Wakeup wakeup = idle_.choose()) wakeup->notify_one();
  }

  size_t size() const {
    const std::lock_guard lock(mutex_);
    return size_;
  }

 private:
  using Wakeup = std::shared_ptr<std::condition_variable>;

  typename Parties::iterator find_or_add(std::string_view name) {
    const auto found = parties_.find(name);
    return found != parties_.end() ? found : parties_.emplace(std::string(name), Party()).first;
  }

  void enter_turns(typename Parties::iterator party) {
    Party& it = party->second;
    const bool may_be_served = it.being_served < limits_.party_being_served_max;
    if (it.is_in_turn || it.items.empty() || !may_be_served) return;
    it.is_in_turn = true;
    turns_.push_back(party);
  }

  /// One thread is woken at a time, and wakes the next if it finds more than it takes: a burst of
  /// short items costs a few wake-ups, not one each. Lock held.
  Wakeup next_to_wake() {
    if (is_waking_) return nullptr;
    Wakeup wakeup = idle_.choose();
    is_waking_ = wakeup != nullptr;
    return wakeup;
  }

  const FairQueueLimits limits_;
  mutable std::mutex mutex_;  ///< guards what follows
  IdleThreads idle_;
  Parties parties_;
  std::deque<typename Parties::iterator> turns_;  ///< who may be served, next first
  size_t size_ = 0;
  bool is_waking_ = false;  ///< a thread was told and has not run yet
  bool is_closed_ = false;
};

}  // namespace parley::net
