#include "net/response_writer.h"

#include <fmt/format.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace parley::net {

namespace {

constexpr size_t pull_bytes = 16 * 1024;         // what a client that reads nothing costs
constexpr size_t joined_body_bytes_max = 1024;   // copying so little is the cheaper way
constexpr int64_t turn_bytes_max = 1024 * 1024;  // then other connections have their turn
constexpr int64_t sendfile_bytes = 256 * 1024;

bool is_full() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

ResponseWriter::ResponseWriter(Response response, bool is_chunked)
    : response_(std::move(response)), is_chunked_(is_chunked), pending_(std::move(response_.head)) {
  if (auto* source = std::get_if<std::shared_ptr<BodySource>>(&response_.body)) {
    source_ = std::move(*source);
  } else if (auto* text = std::get_if<std::string>(&response_.body)) {
    text_ = std::move(*text);
  }
}

ResponseWriter::~ResponseWriter() {
  if (source_) source_->close(true);
}

void ResponseWriter::set_connection(std::string_view value) {
  pending_.insert(pending_.size() - 2, fmt::format("Connection: {}\r\n", value));
}

void ResponseWriter::start_stream(std::function<void()> wake) {
  source_->on_wake(std::move(wake));
}

void ResponseWriter::keep_alive() {
  const bool is_idle = source_ && pending_offset_ == pending_.size();
  if (is_idle) frame(response_.keep_alive_bytes);
}

void ResponseWriter::drain() {
  if (source_) source_->drain();
}

ResponseWriter::Progress ResponseWriter::write(int socket) {
  if (text_.size() <= joined_body_bytes_max) pending_ += std::exchange(text_, {});
  const int64_t turn_end = bytes_sent_ + turn_bytes_max;
  while (bytes_sent_ < turn_end) {
    if (pending_offset_ == pending_.size()) {
      const Progress progress = refill(socket);
      if (progress != Progress::more) return progress;
      continue;
    }
    const ssize_t sent = send_pending(socket);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return is_full() ? Progress::socket_full : Progress::failed;
    skip_sent(static_cast<size_t>(sent));
    bytes_sent_ += sent;
  }
  return Progress::more;
}

/// With a body's text in the same call: they share packets, and a long text is not copied.
ssize_t ResponseWriter::send_pending(int socket) {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  char* const next = pending_.data() + pending_offset_;
  const size_t left = pending_.size() - pending_offset_;
  if (text_.empty()) return ::send(socket, next, left, flags);
  std::array<iovec, 2> pieces = {{{next, left}, {text_.data(), text_.size()}}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  return ::sendmsg(socket, &message, flags);
}

void ResponseWriter::skip_sent(size_t bytes) {
  pending_offset_ += bytes;
  if (pending_offset_ < pending_.size() || text_.empty()) return;
  pending_offset_ -= pending_.size();
  pending_ = std::exchange(text_, {});
}

/// Everything pending is sent: gets the next piece of the body.
ResponseWriter::Progress ResponseWriter::refill(int socket) {
  if (source_) return pull();
  pending_.clear();
  pending_offset_ = 0;
  return std::holds_alternative<FileSlice>(response_.body) ? send_file(socket) : Progress::done;
}

ResponseWriter::Progress ResponseWriter::send_file(int socket) {
  auto& slice = std::get<FileSlice>(response_.body);
  if (slice.length == 0) return Progress::done;
  off_t offset = slice.offset;
  const size_t count = static_cast<size_t>(std::min(slice.length, sendfile_bytes));
  const ssize_t sent = ::sendfile(socket, slice.file.get(), &offset, count);
  if (sent < 0 && errno == EINTR) return Progress::more;
  if (sent < 0) return is_full() ? Progress::socket_full : Progress::failed;
  if (sent == 0) return Progress::failed;
  slice.offset += sent;
  slice.length -= sent;
  bytes_sent_ += sent;
  return slice.length == 0 ? Progress::done : Progress::more;
}

ResponseWriter::Progress ResponseWriter::pull() {
  pending_.clear();
  pending_offset_ = 0;
  std::string bytes;
  const BodySource::State state = source_->read(bytes, pull_bytes);
  frame(bytes);
  if (state == BodySource::State::end) {
    if (is_chunked_) pending_ += "0\r\n\r\n";
    source_->close(false);
    source_.reset();
    return Progress::more;
  }
  return bytes.empty() ? Progress::source_waits : Progress::more;
}

void ResponseWriter::frame(std::string_view bytes) {
  if (bytes.empty()) return;
  if (!is_chunked_) {
    pending_ += bytes;
    return;
  }
  pending_ += fmt::format("{:x}\r\n", bytes.size());
  pending_ += bytes;
  pending_ += "\r\n";
}

}  // namespace parley::net
