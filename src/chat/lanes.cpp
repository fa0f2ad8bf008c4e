#include "chat/lanes.h"

namespace parley::chat {

std::string Lanes::lane_name(const Scope& scope, const std::string& conversation_id) {
  return scope.tenant_id() + "/" + conversation_id;
}

std::string Lanes::key_name(const LiveTurn& turn) {
  return lane_name(turn.scope, turn.message.conversation_id) + "/" + turn.message.idempotency_key;
}

Lanes::LiveTurnPtr Lanes::claim_key(const LiveTurnPtr& turn) {
  if (turn->message.idempotency_key.empty()) return nullptr;
  const std::scoped_lock lock(mutex_);
  const auto [place, is_new] = by_key_.emplace(key_name(*turn), turn);
  return is_new ? nullptr : place->second;
}

void Lanes::drop_key(const LiveTurnPtr& turn) {
  const std::scoped_lock lock(mutex_);
  const auto place = by_key_.find(key_name(*turn));
  if (place != by_key_.end() && place->second == turn) by_key_.erase(place);
}

Lanes::Entry Lanes::enter(const LiveTurnPtr& turn) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return Entry::closed;
  Lane& lane = lanes_[lane_name(turn->scope, turn->message.conversation_id)];
  if (lane.running == nullptr) {
    lane.running = turn;
    return Entry::runs;
  }
  if (lane.waiting.size() >= waiting_max_) return Entry::full;
  lane.waiting.push_back(turn);
  return Entry::waits;
}

Lanes::LiveTurnPtr Lanes::leave(const LiveTurnPtr& turn) {
  drop_key(turn);
  const std::scoped_lock lock(mutex_);
  const auto place = lanes_.find(lane_name(turn->scope, turn->message.conversation_id));
  Lane& lane = place->second;
  if (lane.waiting.empty()) {
    lanes_.erase(place);
    return nullptr;
  }
  lane.running = lane.waiting.front();
  lane.waiting.pop_front();
  return lane.running;
}

Lanes::LiveTurnPtr Lanes::running(const Scope& scope, const std::string& conversation_id) const {
  const std::scoped_lock lock(mutex_);
  const auto place = lanes_.find(lane_name(scope, conversation_id));
  return place == lanes_.end() ? nullptr : place->second.running;
}

void Lanes::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
}

std::vector<Lanes::LiveTurnPtr> Lanes::running() const {
  const std::scoped_lock lock(mutex_);
  std::vector<LiveTurnPtr> out;
  for (const auto& [name, lane] : lanes_) out.push_back(lane.running);
  return out;
}

Statistics Lanes::statistics() const {
  const std::scoped_lock lock(mutex_);
  Statistics out;
  out.running = std::ssize(lanes_);
  for (const auto& [name, lane] : lanes_) out.waiting += std::ssize(lane.waiting);
  return out;
}

}  // namespace parley::chat
