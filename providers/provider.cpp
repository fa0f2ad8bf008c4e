#include "providers/provider.h"

#include <algorithm>

namespace parley::providers {

int64_t output_bound(const Request& request, int64_t headroom) {
  const int64_t wanted = request.output_tokens_max + headroom;
  return request.output_tokens_cap > 0 ? std::min(wanted, request.output_tokens_cap) : wanted;
}

Usage& Usage::operator+=(const Usage& other) {
  input_uncached += other.input_uncached;
  input_cache_read += other.input_cache_read;
  input_cache_write += other.input_cache_write;
  output += other.output;
  reasoning += other.reasoning;
  known = known && other.known;
  Json all = Json::array();
  for (const Json& each : {std::move(raw), other.raw}) {
    if (each.is_array()) {
      all.insert(all.end(), each.begin(), each.end());
    } else if (!each.is_null()) {
      all.push_back(each);
    }
  }
  raw = std::move(all);
  return *this;
}

std::string_view name_of(Finish finish) {
  switch (finish) {
    case Finish::stop:
      return "stop";
    case Finish::length:
      return "length";
    case Finish::tool_calls:
      return "tool_calls";
    case Finish::refusal:
      return "refusal";
    case Finish::truncated:
      return "truncated";
    case Finish::cancelled:
      return "cancelled";
  }
  return "";
}

std::string_view name_of(Failure::Kind kind) {
  switch (kind) {
    case Failure::Kind::bad_request:
      return "bad_request";
    case Failure::Kind::context_too_long:
      return "context_too_long";
    case Failure::Kind::authentication:
      return "authentication";
    case Failure::Kind::no_credit:
      return "no_credit";
    case Failure::Kind::model_not_found:
      return "model_not_found";
    case Failure::Kind::rate_limited:
      return "rate_limited";
    case Failure::Kind::overloaded:
      return "overloaded";
    case Failure::Kind::network:
      return "network";
    case Failure::Kind::timeout:
      return "timeout";
    case Failure::Kind::unavailable:
      return "unavailable";
    case Failure::Kind::cancelled:
      return "cancelled";
  }
  return "";
}

}  // namespace parley::providers
