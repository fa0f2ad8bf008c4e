// Places: how many statements run at once, in all and of one owner; who waits is served in turn.
//
// An owner who has all of its places does not hold up those behind it. Threads: any.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>

#include "base/result.h"

namespace parley::datasets {

struct PlaceLimits {
  int running_max = 4;
  int per_owner_max = 2;
  int64_t wait_ms_max = 5'000;
};

class Places {
 public:
  explicit Places(PlaceLimits limits) : limits_(limits) {}

  /// One taken place; given back by its destructor. Places must outlive it.
  class Place {
   public:
    Place(Places& places, std::string owner) : places_(&places), owner_(std::move(owner)) {}
    Place(Place&& other) noexcept
        : places_(std::exchange(other.places_, nullptr)), owner_(std::move(other.owner_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (places_ != nullptr) places_->give_back(owner_);
    }

   private:
    Places* places_;
    std::string owner_;
  };

  /// Blocks until it is the owner's turn. Errors: unavailable (waited too long, or stopped).
  Result<Place> take(const std::string& owner, const std::stop_token& stop);

  int64_t running() const;
  int64_t waiting() const;

 private:
  struct Waiter {
    const std::string& owner;
    bool has_place = false;
  };

  void give_back(const std::string& owner);
  /// Hands free places to those who wait, in order. Lock held.
  void hand_out();

  const PlaceLimits limits_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::list<Waiter*> waiting_;
  std::map<std::string, int> running_of_;
  int running_ = 0;
};

}  // namespace parley::datasets
