// RequestParser: one request off a byte stream. Boost.Beast frames it, head_rules.h makes it
// strict. The only home of Beast's HTTP parser.
//
// Not thread-safe; one object per request. Bytes may be cut anywhere.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "net/head_rules.h"
#include "net/message.h"

namespace parley::net {

class RequestParser {
 public:
  /// more: feed more bytes. done: the part (head, body) is whole.
  enum class State { more, done, refused };

  /// Takes pieces of the body; a refusal ends the request.
  using OnBody = std::function<std::optional<Refusal>(std::string_view)>;

  explicit RequestParser(const HeadLimits& limits);
  ~RequestParser();

  /// `input` is everything since the request's first byte, leading CRLFs stripped. On done,
  /// `consumed` bytes of it were the head.
  State parse_head(std::string_view input, size_t& consumed);

  /// After a whole head. Consumes from the front of `input`; the rest must come again.
  State parse_body(std::string_view input, size_t& consumed, const OnBody& on_body);

  Refusal refusal() const;

  /// After a whole head. The caller may add what it knows, or move it out.
  RequestHead& head();

  /// Of a whole head: the length it announces, 0 without body, nullopt when chunked.
  std::optional<int64_t> announced_length() const;

  bool is_whole() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::net
