// ResponseWriter: puts one response on a non-blocking socket, as much at a time as it takes.
//
// Loop thread only. Memory per connection is bounded: files go by sendfile, a stream is pulled
// only when everything before it is on the wire.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/message.h"

namespace parley::net {

class ResponseWriter {
 public:
  enum class Progress {
    done,          ///< all of it is with the kernel
    more,          ///< there is more, but it is somebody else's turn
    socket_full,   ///< try again when the socket is writable
    source_waits,  ///< try again when the stream wakes us
    failed,        ///< the client is gone, or a file got shorter
  };

  /// `is_chunked`: frame a stream in chunks (RFC 9112, 7.1); false for HTTP/1.0.
  ResponseWriter(Response response, bool is_chunked);

  /// Tells a stream that was not finished that its client is gone.
  ~ResponseWriter();

  ResponseWriter(const ResponseWriter&) = delete;
  ResponseWriter& operator=(const ResponseWriter&) = delete;

  /// Adds a Connection field to the head; before the first write.
  void set_connection(std::string_view value);

  Progress write(int socket);

  bool is_stream() const { return source_ != nullptr; }

  /// Hands a stream its waker, once, before the first write.
  void start_stream(std::function<void()> wake);

  /// Queues the keep-alive bytes of a stream.
  void keep_alive();

  void drain();

  int64_t bytes_sent() const { return bytes_sent_; }

 private:
  ssize_t send_pending(int socket);
  void skip_sent(size_t bytes);
  Progress refill(int socket);
  Progress send_file(int socket);
  Progress pull();
  void frame(std::string_view bytes);

  Response response_;
  std::shared_ptr<BodySource> source_;  // shared with the producer of the stream
  bool is_chunked_;
  std::string pending_;
  size_t pending_offset_ = 0;
  std::string text_;  ///< the body that is sent behind what is pending
  int64_t bytes_sent_ = 0;
};

}  // namespace parley::net
