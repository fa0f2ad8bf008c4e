// ResponseReader: takes one HTTP/1.1 response apart as it arrives, piece by piece.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::bench {

class ResponseReader {
 public:
  /// Forgets everything, for the next response.
  void reset() { *this = ResponseReader(); }

  /// Takes arrived bytes; what of them belongs to the body is added to `body`.
  void feed(std::string_view bytes, std::string& body);

  bool has_begun() const { return state_ != State::head || !line_.empty(); }
  bool is_complete() const { return state_ == State::complete; }
  /// The end of the connection is the end of the response.
  bool ends_with_connection() const { return state_ == State::until_close; }
  bool closes() const { return closes_; }
  int status() const { return status_; }

 private:
  enum class State { head, body, until_close, chunk_size, chunk, chunk_end, trailer, complete };

  void end_line();
  void end_head();
  void read_field();
  void take_counted(std::string_view& bytes, std::string& body);

  State state_ = State::head;
  std::string line_;
  uint64_t left_ = 0;  ///< bytes of the body or of the chunk
  int status_ = 0;
  bool chunked_ = false;
  bool has_length_ = false;
  bool closes_ = false;
};

}  // namespace parley::bench
