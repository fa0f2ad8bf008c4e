#include "http/answer_source.h"

#include <utility>

#include "base/sse.h"

namespace parley::http {

AnswerSource::State AnswerSource::read(std::string& out, size_t bytes_max) {
  using From = events::AnswerStream::State;
  switch (stream_->read(offset_, out, bytes_max)) {
    case From::more:
      return State::more;
    case From::end:
      return State::end;
    case From::wait:
      break;
  }
  if (!draining_) return State::wait;
  // Not numbered: the client resumes after the last event it has seen.
  out += encode_sse({"restart", "{}", ""});
  return State::end;
}

void AnswerSource::close(bool client_gone) {
  if (client_gone && on_gone_ && !stream_->ended()) on_gone_();
  if (token_ != 0) stream_->unsubscribe(std::exchange(token_, 0));
}

Reply event_stream_reply(std::shared_ptr<AnswerSource> source) {
  Reply reply;
  reply.content_type = "text/event-stream";
  // Proxies such as nginx would hold the events back otherwise.
  reply.headers = {{"X-Accel-Buffering", "no"}, {"Cache-Control", "no-store"}};
  reply.body = Stream{std::move(source), ": keep-alive\n\n"};
  return reply;
}

}  // namespace parley::http
