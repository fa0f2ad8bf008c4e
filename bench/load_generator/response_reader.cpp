#include "bench/load_generator/response_reader.h"

#include <strings.h>

#include <algorithm>
#include <cstdlib>

namespace parley::bench {
namespace {

bool starts_with_nocase(const std::string& line, std::string_view prefix) {
  return strncasecmp(line.c_str(), prefix.data(), prefix.size()) == 0;
}

}  // namespace

void ResponseReader::feed(std::string_view bytes, std::string& body) {
  while (!bytes.empty() && state_ != State::complete) {
    if (state_ == State::until_close) {
      body += bytes;
      return;
    }
    if (state_ == State::body || state_ == State::chunk) {
      take_counted(bytes, body);
      continue;
    }
    const size_t end = bytes.find('\n');
    line_ += bytes.substr(0, end);
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    end_line();
    line_.clear();
  }
}

void ResponseReader::take_counted(std::string_view& bytes, std::string& body) {
  const size_t count = std::min<size_t>(bytes.size(), left_);
  body += bytes.substr(0, count);
  bytes.remove_prefix(count);
  left_ -= count;
  if (left_ == 0) state_ = state_ == State::chunk ? State::chunk_end : State::complete;
}

void ResponseReader::end_line() {
  switch (state_) {
    case State::head:
      return line_.empty() ? end_head() : read_field();
    case State::chunk_size:
      left_ = std::strtoull(line_.c_str(), nullptr, 16);
      state_ = left_ > 0 ? State::chunk : State::trailer;
      return;
    case State::chunk_end:
      state_ = State::chunk_size;
      return;
    default:
      if (line_.empty()) state_ = State::complete;
  }
}

void ResponseReader::read_field() {
  constexpr size_t status_offset = 9;  // "HTTP/1.1 "
  if (status_ == 0 && line_.size() > status_offset) {
    status_ = std::atoi(line_.c_str() + status_offset);
  } else if (starts_with_nocase(line_, "content-length:")) {
    has_length_ = true;
    left_ = std::strtoull(line_.c_str() + line_.find(':') + 1, nullptr, 10);
  } else if (starts_with_nocase(line_, "transfer-encoding: chunked")) {
    chunked_ = true;
  } else if (starts_with_nocase(line_, "connection: close")) {
    closes_ = true;
  }
}

void ResponseReader::end_head() {
  if (status_ == 100) {
    status_ = 0;
    return;
  }
  constexpr int no_content = 204;
  if (chunked_) {
    state_ = State::chunk_size;
  } else if ((has_length_ && left_ == 0) || status_ == no_content) {
    state_ = State::complete;
  } else {
    state_ = has_length_ ? State::body : State::until_close;
    closes_ = closes_ || !has_length_;
  }
}

}  // namespace parley::bench
