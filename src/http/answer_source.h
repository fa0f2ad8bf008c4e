// AnswerSource: an event stream that is being written as the body of a response. A cursor; it holds
// no bytes itself.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "events/streams.h"
#include "http/reply.h"
#include "net/message.h"

namespace parley::http {

/// Used by the loop thread, as net::BodySource says.
class AnswerSource final : public net::BodySource {
 public:
  /// `on_gone` (may be empty) runs on the loop thread if the client leaves before the end.
  AnswerSource(std::shared_ptr<events::AnswerStream> stream, size_t offset,
               std::function<void()> on_gone = {})
      : stream_(std::move(stream)), offset_(offset), on_gone_(std::move(on_gone)) {}
  ~AnswerSource() override { close(false); }

  State read(std::string& out, size_t bytes_max) override;
  void on_wake(std::function<void()> wake) override { token_ = stream_->subscribe(wake); }
  void close(bool client_gone) override;
  void drain() override { draining_ = true; }

 private:
  std::shared_ptr<events::AnswerStream> stream_;
  size_t offset_;
  const std::function<void()> on_gone_;
  int64_t token_ = 0;
  bool draining_ = false;
};

/// The reply that sends `source` as server-sent events.
Reply event_stream_reply(std::shared_ptr<AnswerSource> source);

}  // namespace parley::http
