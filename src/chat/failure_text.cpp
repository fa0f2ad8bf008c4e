#include "chat/failure_text.h"

namespace parley::chat {

namespace {

constexpr const char* failed = "Failed to process message";

}  // namespace

FailureText failure_text(providers::Failure::Kind kind) {
  using Kind = providers::Failure::Kind;
  const std::string code(providers::name_of(kind));
  switch (kind) {
    case Kind::authentication:
      return {401, "API authentication failed",
              "The AI service refused this site's key. The site's owner has to check it.", code,
              false};
    case Kind::rate_limited:
      return {429, "Rate limit exceeded",
              "The AI service is busy with too many requests. Please try again in a moment.", code,
              true};
    case Kind::no_credit:
      return {500, failed, "The AI service is out of credit. The site's owner has to top it up.",
              code, false};
    case Kind::context_too_long:
      return {500, failed, "The conversation is too long for the model. Please clear the chat.",
              code, false};
    case Kind::model_not_found:
      return {500, failed, "The chosen model does not exist. The site's owner has to change it.",
              code, false};
    case Kind::bad_request:
      return {500, failed, "The AI service could not work with this request.", code, false};
    case Kind::timeout:
      return {500, failed, "The AI service took too long. Please try again.", code, true};
    case Kind::cancelled:
      return {500, failed, "The answer was stopped.", code, true};
    case Kind::overloaded:
    case Kind::network:
    case Kind::unavailable:
      return {500, failed, "The AI service cannot be reached right now. Please try again.", code,
              true};
  }
  return {500, failed, "Please try again.", code, true};
}

FailureText budget_text() {
  return {429, "Token limit exceeded", "The tokens that are left do not suffice for this answer.",
          "token_limit", false};
}

FailureText interrupted_text() {
  return {503, failed, "The server was restarted while it answered. Please try again.",
          "interrupted", true};
}

FailureText error_text(const Error& error) {
  if (error.code == ErrorCode::rate_limited && !error.advice.empty()) {
    return {429, error.message, error.advice, "token_limit", error.retry_after_ms > 0};
  }
  const std::string message =
      error.code == ErrorCode::internal ? "Please try again." : error.message;
  return {error.code == ErrorCode::storage_full ? 507 : 500, failed, message,
          std::string(name_of(error.code)), true};
}

Json to_event(const FailureText& text, const std::string& request_id) {
  return {{"error", text.error},
          {"details", text.details},
          {"code", text.code},
          {"retryable", text.retryable},
          {"requestId", request_id}};
}

Outcome to_outcome(const FailureText& text) {
  return {text.status, {{"error", text.error}, {"details", text.details}}};
}

}  // namespace parley::chat
