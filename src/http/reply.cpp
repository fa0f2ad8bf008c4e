#include "http/reply.h"

namespace parley::http {

namespace {

constexpr int64_t ms_per_second = 1'000;

}  // namespace

Reply json_reply(int status, const Json& body) {
  return json_text_reply(status, dump(body));
}

Reply json_text_reply(int status, std::string body) {
  Reply reply;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

ErrorFamily family_of(const Error& error) {
  const bool is_framework =
      error.code == ErrorCode::unsupported_media || error.message.starts_with("JSON parse error");
  return is_framework ? ErrorFamily::detail : ErrorFamily::error;
}

Reply error_reply(const Error& error, ErrorFamily family) {
  const bool is_shown = error.code != ErrorCode::internal && !error.message.empty();
  const std::string message = is_shown ? error.message : "Internal server error";
  const char* key = family == ErrorFamily::error ? "error" : "detail";
  Json body = {{key, message}};
  if (is_shown && !error.advice.empty()) body["message"] = error.advice;
  Reply reply = json_reply(status_of(error.code), body);
  if (error.retry_after_ms > 0) {
    const int64_t seconds = (error.retry_after_ms + ms_per_second - 1) / ms_per_second;
    reply.headers.emplace_back("Retry-After", std::to_string(seconds));
  }
  return reply;
}

Reply error_reply(const Error& error) {
  return error_reply(error, family_of(error));
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return 400;
    case ErrorCode::unauthorized:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
      return 409;
    case ErrorCode::too_large:
      return 413;
    case ErrorCode::unsupported_media:
      return 415;
    case ErrorCode::unprocessable:
      return 422;
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::storage_full:
      return 507;
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

}  // namespace parley::http
