#include "chat/answer_source.h"

#include <utility>

#include "base/sse.h"

namespace parley::chat {

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

void AnswerSource::close(bool) {
  if (token_ != 0) stream_->unsubscribe(std::exchange(token_, 0));
}

}  // namespace parley::chat
