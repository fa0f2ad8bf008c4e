// RawClient: a blocking HTTP client on a bare socket, for tests that care about every byte.
//
// Every wait has a deadline. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/sse.h"

namespace parley {

struct RawResponse {
  int status = 0;
  std::string head;                            ///< as sent, with its blank line
  std::map<std::string, std::string> headers;  ///< names lowercase, last value
  std::string body;                            ///< de-chunked

  /// "" if absent.
  std::string header(const std::string& lowercase_name) const;
};

class RawClient {
 public:
  static constexpr int deadline_ms = 30'000;

  explicit RawClient(uint16_t port, const std::string& host = "127.0.0.1");
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return fd_ >= 0; }

  /// Sends all of it; false once the peer reset the connection.
  bool send(std::string_view bytes);

  /// Sends a whole request with a Host (localhost unless `headers` have one) and, for a body or
  /// POST/PUT, Content-Length.
  bool request(std::string_view method, std::string_view target,
               const std::vector<std::pair<std::string, std::string>>& headers = {},
               std::string_view body = {});

  /// The next response, interim ones (1xx) included; nullopt at the deadline or a cut. `is_head`:
  /// the request was HEAD, so no body follows.
  std::optional<RawResponse> read_response(int wait_ms = deadline_ms, bool is_head = false);

  /// Only the head of the next response; read_event() or read_body() follows.
  std::optional<RawResponse> read_head(int wait_ms = deadline_ms);

  /// The next event of a text/event-stream body; nullopt at its end or the deadline.
  std::optional<SseEvent> read_event(int wait_ms = deadline_ms);

  /// The next bytes of a chunked body ("" at its end); nullopt at the deadline or a cut.
  std::optional<std::string> read_chunk(int wait_ms = deadline_ms);

  /// True if the peer closes within the deadline; bytes before that are dropped.
  bool is_closed_by_peer(int wait_ms = deadline_ms);

  void shutdown_write();
  void close();

  /// Closes with a TCP reset.
  void reset();

  /// Makes the kernel's receive buffer small, to be a slow reader.
  void set_receive_buffer(int bytes);

 private:
  bool fill(int64_t end_ms);
  bool read_until_size(size_t size, int64_t end_ms);
  std::optional<std::string> take_chunk(int64_t end_ms);

  int fd_ = -1;
  std::string buffer_;
  std::vector<SseEvent> events_;
  std::optional<SseDecoder> decoder_;
};

/// One request on its own connection.
std::optional<RawResponse> fetch(
    uint16_t port, std::string_view method, std::string_view target,
    const std::vector<std::pair<std::string, std::string>>& headers = {},
    std::string_view body = {});

}  // namespace parley
