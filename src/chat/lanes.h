// Lanes: the turns of each conversation, one running and some waiting; and the index of their keys.
//
// Threads: any; one mutex, never held while anything else is called.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/turn.h"

namespace parley::chat {

class Lanes {
 public:
  using LiveTurnPtr = std::shared_ptr<LiveTurn>;

  enum class Entry { runs, waits, full, closed };

  explicit Lanes(size_t waiting_max) : waiting_max_(waiting_max) {}

  /// The turn that holds this turn's Idempotency-Key already, or nullptr: then it holds it now.
  LiveTurnPtr claim_key(const LiveTurnPtr& turn);

  /// runs: the caller runs it and calls leave() at its end. waits: a later leave() returns it.
  Entry enter(const LiveTurnPtr& turn);

  /// `turn` has ended: forgets it and its key. The next turn of its conversation, or nullptr.
  LiveTurnPtr leave(const LiveTurnPtr& turn);

  /// A turn that never entered a lane gives its key back.
  void drop_key(const LiveTurnPtr& turn);

  /// The running turn of a conversation, or nullptr.
  LiveTurnPtr running(const Scope& scope, const std::string& conversation_id) const;

  /// From now on enter() answers `closed`.
  void close();

  /// Of all conversations.
  std::vector<LiveTurnPtr> running() const;

  Statistics statistics() const;

 private:
  struct Lane {
    LiveTurnPtr running;
    std::deque<LiveTurnPtr> waiting;
  };

  static std::string lane_name(const Scope& scope, const std::string& conversation_id);
  static std::string key_name(const LiveTurn& turn);

  const size_t waiting_max_;
  mutable std::mutex mutex_;  ///< guards all below
  bool closed_ = false;
  std::unordered_map<std::string, Lane> lanes_;
  std::unordered_map<std::string, LiveTurnPtr> by_key_;
};

}  // namespace parley::chat
