// TenantPlaces: how many answers run for each tenant, so that none can take every thread.
//
// Threads: any.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace parley::chat {

class TenantPlaces {
 public:
  /// False if `places_max` are taken by this tenant.
  bool take(const std::string& tenant_id, size_t places_max) {
    const std::scoped_lock lock(mutex_);
    const auto place = taken_.emplace(tenant_id, 0).first;
    if (place->second >= places_max) return false;
    ++place->second;
    return true;
  }

  /// Gives back what take() gave.
  void leave(const std::string& tenant_id) {
    const std::scoped_lock lock(mutex_);
    const auto place = taken_.find(tenant_id);
    if (--place->second == 0) taken_.erase(place);
  }

 private:
  std::mutex mutex_;  ///< guards taken_
  std::unordered_map<std::string, size_t> taken_;
};

}  // namespace parley::chat
