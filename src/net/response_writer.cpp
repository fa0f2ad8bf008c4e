#include "net/response_writer.h"

#include <fmt/format.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace parley::net {

namespace {

constexpr size_t pull_bytes = 64 * 1024;
constexpr size_t joined_body_bytes_max = 16 * 1024;  // copied behind its head: one packet
constexpr int64_t turn_bytes_max = 1024 * 1024;      // then other connections have their turn
constexpr int64_t sendfile_bytes = 256 * 1024;

bool is_full() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

ResponseWriter::ResponseWriter(Response response, bool is_chunked)
    : response_(std::move(response)), is_chunked_(is_chunked), pending_(std::move(response_.head)) {
  if (auto* source = std::get_if<std::shared_ptr<BodySource>>(&response_.body)) {
    source_ = std::move(*source);
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
  if (auto* text = std::get_if<std::string>(&response_.body);
      text != nullptr && !is_body_taken_ && text->size() <= joined_body_bytes_max) {
    pending_ += *text;
    is_body_taken_ = true;
  }
  const int64_t turn_end = bytes_sent_ + turn_bytes_max;
  while (bytes_sent_ < turn_end) {
    if (pending_offset_ == pending_.size()) {
      const Progress progress = refill(socket);
      if (progress != Progress::more) return progress;
      continue;
    }
    const ssize_t sent = ::send(socket, pending_.data() + pending_offset_,
                                pending_.size() - pending_offset_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return is_full() ? Progress::socket_full : Progress::failed;
    pending_offset_ += static_cast<size_t>(sent);
    bytes_sent_ += sent;
  }
  return Progress::more;
}

/// Everything pending is sent: gets the next piece of the body.
ResponseWriter::Progress ResponseWriter::refill(int socket) {
  if (source_) return pull();
  pending_.clear();
  pending_offset_ = 0;
  if (std::holds_alternative<FileSlice>(response_.body)) return send_file(socket);
  auto* text = std::get_if<std::string>(&response_.body);
  if (text == nullptr || is_body_taken_ || text->empty()) return Progress::done;
  pending_ = std::move(*text);
  is_body_taken_ = true;
  return Progress::more;
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
