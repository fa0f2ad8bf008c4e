#include "conversations/activity.h"

#include <algorithm>

namespace parley::conversations {

bool Activity::note(const Scope& scope, const std::string& id, int64_t at_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = last_ms_.find({scope.tenant_id(), id});
  if (found != last_ms_.end()) {
    found->second = std::max(found->second, at_ms);
    return true;
  }
  if (last_ms_.size() >= entries_max) return false;
  last_ms_.emplace(Key{scope.tenant_id(), id}, at_ms);
  return true;
}

int64_t Activity::last(const Scope& scope, const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = last_ms_.find({scope.tenant_id(), id});
  return found == last_ms_.end() ? 0 : found->second;
}

std::vector<Activity::Entry> Activity::waiting(const Scope& scope) const {
  const std::lock_guard lock(mutex_);
  std::vector<Entry> entries;
  auto at = last_ms_.lower_bound({scope.tenant_id(), ""});
  for (; at != last_ms_.end() && at->first.first == scope.tenant_id(); ++at) {
    entries.push_back({at->first.second, at->second});
  }
  return entries;
}

void Activity::stored(const Scope& scope, const std::vector<Entry>& entries) {
  const std::lock_guard lock(mutex_);
  for (const Entry& entry : entries) {
    const auto found = last_ms_.find({scope.tenant_id(), entry.id});
    if (found != last_ms_.end() && found->second <= entry.at_ms) last_ms_.erase(found);
  }
}

}  // namespace parley::conversations
