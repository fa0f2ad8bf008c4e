#include "http/refusals.h"

namespace parley::http {

namespace {

struct Text {
  int status;
  std::string_view name;
  std::string_view message;
};

Text text_of(net::Refusal refusal) {
  switch (refusal) {
    case net::Refusal::bad_request:
      return {400, "bad_request", "The request is not valid HTTP/1.1."};
    case net::Refusal::uri_too_long:
      return {414, "uri_too_long", "The address of the request is too long."};
    case net::Refusal::head_too_large:
      return {431, "head_too_large", "The headers of the request are too large."};
    case net::Refusal::body_too_large:
      return {413, "body_too_large", "The body of the request is too large."};
    case net::Refusal::expectation_failed:
      return {417, "expectation_failed", "Only \"Expect: 100-continue\" can be met."};
    case net::Refusal::not_implemented:
      return {501, "not_implemented", "This method is not supported."};
    case net::Refusal::unsupported_version:
      return {505, "unsupported_version", "Please use HTTP/1.1."};
    case net::Refusal::request_timeout:
      return {408, "request_timeout", "The request took too long to arrive."};
    case net::Refusal::overloaded:
      return {503, "overloaded", "The server is busy. Please try again in a moment."};
    case net::Refusal::storage_full:
      return {507, "storage_full", "The server has no room left for uploads."};
    case net::Refusal::unsupported_encoding:
      return {415, "unsupported_encoding", "Compressed request bodies are not supported."};
  }
  return {400, "bad_request", "The request is not valid HTTP/1.1."};
}

constexpr const char* retry_seconds = "2";

}  // namespace

int status_of(net::Refusal refusal) {
  return text_of(refusal).status;
}

std::string_view name_of(net::Refusal refusal) {
  return text_of(refusal).name;
}

Reply refusal_reply(net::Refusal refusal) {
  Reply reply = json_reply(status_of(refusal), {{"error", text_of(refusal).message}});
  if (refusal == net::Refusal::overloaded) reply.headers.emplace_back("Retry-After", retry_seconds);
  return reply;
}

}  // namespace parley::http
