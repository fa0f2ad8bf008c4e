// Activity: when a conversation was last read, kept in memory until a write takes it along, so
// that reads cost no commit.
//
// Threads: any. A crash forgets what was not yet flushed: at most Service's flush interval.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/scope.h"

namespace parley::conversations {

class Activity {
 public:
  struct Entry {
    std::string id;
    int64_t at_ms = 0;
  };

  /// False if `entries_max` are waiting already and this is not one of them.
  bool note(const Scope& scope, const std::string& id, int64_t at_ms);

  /// 0: nothing noted.
  int64_t last(const Scope& scope, const std::string& id) const;

  /// What the tenant has waiting.
  std::vector<Entry> waiting(const Scope& scope) const;

  /// Forgets entries that were stored, unless they changed meanwhile.
  void stored(const Scope& scope, const std::vector<Entry>& entries);

 private:
  static constexpr size_t entries_max = 100'000;
  using Key = std::pair<std::string, std::string>;  ///< tenant, conversation

  mutable std::mutex mutex_;
  std::map<Key, int64_t> last_ms_;  ///< guarded by mutex_
};

}  // namespace parley::conversations
