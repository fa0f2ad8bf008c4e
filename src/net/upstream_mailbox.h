// UpstreamMailbox: where a call's caller and the transfer thread meet.
//
// One per call. The transfer thread puts, the caller takes and blocks. Bounded: body bytes beyond
// `bytes_max` are refused, and the transfer pauses until the caller has made room. Or the caller
// diverts what comes: then putting hands it over at once.
// Shared by both sides (shared_ptr): either may be the last to need it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "net/upstream.h"

namespace parley::net {

class UpstreamMailbox {
 public:
  explicit UpstreamMailbox(size_t bytes_max) : bytes_max_(bytes_max) {}

  /// Transfer thread. The final response head, once.
  void put_head(UpstreamHead head);

  /// Transfer thread. False if there is no room: nothing was taken, pause. Bytes that nobody
  /// wants any more (see `ignore`) are dropped. Runs what divert() was given.
  bool put_body(std::string_view bytes);

  /// Transfer thread. The call is over; nullopt: the body ended properly.
  void put_end(std::optional<UpstreamFailure> failure);

  /// Transfer thread. True once after room was made for a paused transfer.
  bool take_resume();

  /// What the caller wants of a call that it has not ended.
  enum class Wish { go_on, ignore, cancel };
  Wish wish() const;

  /// Caller. Blocks; a stop is a `cancelled` failure at once, and the wish becomes `cancel`.
  UpstreamResult<UpstreamHead> take_head(const std::stop_token& stop);

  /// Caller. As take_head, for the next piece; nullopt at the proper end. `made_room` becomes true
  /// if a paused transfer may go on: wake its thread.
  UpstreamResult<std::optional<std::string>> take_body(const std::stop_token& stop,
                                                       bool& made_room);

  /// Caller. What is here already, with `made_room` as above. nullopt: nothing is, and from now on
  /// `take` gets what comes; it must live until wait_for_end() has returned.
  std::optional<std::string> divert(const UpstreamCall::Take& take, bool& made_room);

  /// Caller. Blocks until the body has ended or `take` wanted no more; `take` runs no more then.
  UpstreamResult<void> wait_for_end(const std::stop_token& stop);

  /// Caller. No more will be taken.
  void ignore();
  void cancel();

 private:
  bool hand_over(const UpstreamCall::Take& take, std::string_view bytes);
  void wake_caller();
  std::string take_all(bool& made_room);
  tl::unexpected<UpstreamFailure> stopped();

  const size_t bytes_max_;
  mutable std::mutex mutex_;         ///< guards all below
  std::condition_variable changed_;  ///< not `_any`: that has one more mutex to meet at
  std::optional<UpstreamHead> head_;
  std::string body_;
  const UpstreamCall::Take* take_ = nullptr;  ///< of the caller, while it waits for the end
  bool is_handing_over_ = false;              ///< the transfer thread is in it
  bool ended_ = false;
  bool paused_ = false;
  bool resume_ = false;
  Wish wish_ = Wish::go_on;
  std::optional<UpstreamFailure> failure_;
};

}  // namespace parley::net
