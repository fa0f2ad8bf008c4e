// What visitors and API callers are told when an answer fails: kind, and free of internals.
#pragma once

#include <string>

#include "base/json.h"
#include "chat/chat.h"
#include "providers/provider.h"

namespace parley::chat {

struct FailureText {
  int status = 500;
  std::string error;    ///< document 004's text
  std::string details;  ///< what happened and what to do
  std::string code;     ///< stable, for programs
  bool retryable = true;
};

FailureText failure_text(providers::Failure::Kind kind);

/// The tenant's budget has no room for the next step of an answer.
FailureText budget_text();

/// The server stopped or crashed while the answer ran.
FailureText interrupted_text();

/// A step of ours failed (storage, limits): the Error's message is shown, its detail never.
FailureText error_text(const Error& error);

/// The `error` event's data.
Json to_event(const FailureText& text, const std::string& request_id);

/// {error, details} with the status.
Outcome to_outcome(const FailureText& text);

}  // namespace parley::chat
