// AnswerSource: an answer stream as the body of a response. A cursor; it holds no bytes itself.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "events/streams.h"
#include "net/message.h"

namespace parley::chat {

/// Used by the loop thread, as net::BodySource says.
class AnswerSource final : public net::BodySource {
 public:
  AnswerSource(std::shared_ptr<events::AnswerStream> stream, size_t offset)
      : stream_(std::move(stream)), offset_(offset) {}
  ~AnswerSource() override { close(true); }

  State read(std::string& out, size_t bytes_max) override;
  void on_wake(std::function<void()> wake) override { token_ = stream_->subscribe(wake); }
  void close(bool client_gone) override;
  void drain() override { draining_ = true; }

 private:
  std::shared_ptr<events::AnswerStream> stream_;
  size_t offset_;
  int64_t token_ = 0;
  bool draining_ = false;
};

}  // namespace parley::chat
