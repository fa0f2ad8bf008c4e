// Result<T>: a value or an Error. Expected failures are values; nothing here throws.
//
// The API is that of std::expected (C++23), which GCC 12 lacks in C++20: `Result` can become it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace parley {

/// What went wrong, in terms a caller can act on. http/reply.h maps each to one HTTP status.
enum class ErrorCode {
  invalid,            ///< the request is malformed or out of bounds (400)
  unauthorized,       ///< no or bad credentials (401)
  forbidden,          ///< known caller, not allowed (403)
  not_found,          ///< absent, or not visible to this caller (404)
  conflict,           ///< clashes with the present state (409)
  too_large,          ///< over a size limit (413)
  unsupported_media,  ///< a content type we do not take (415)
  unprocessable,      ///< understood but contradictory, e.g. a re-used Idempotency-Key (422)
  rate_limited,       ///< over a limit that time or waiting heals (429)
  unavailable,        ///< a part we need is down, full or draining (503)
  storage_full,       ///< the disk is full (507)
  internal,           ///< a bug or a broken machine (500)
};

/// `message` and `advice` may be shown to the caller; `detail` is for the log only (library texts,
/// paths).
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;
  std::string detail = {};
  std::string advice = {};     ///< what to do; the bodies that have both show it as `message`
  int64_t retry_after_ms = 0;  ///< when waiting helps: how long; 0: not known
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::not_found, "Session not found");`
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(detail)});
}

inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// The enumerator's own spelling, for logs and metrics.
std::string_view name_of(ErrorCode code);

}  // namespace parley

// Early return of a failed Result; the only control-flow macros of the code base (cf. GET_OR_RET).
#define PARLEY_CONCAT_INNER(a, b) a##b
#define PARLEY_CONCAT(a, b) PARLEY_CONCAT_INNER(a, b)
#define TRY(expression)                                     \
  do {                                                      \
    if (auto try_result = (expression); !try_result)        \
      return ::parley::fail(std::move(try_result).error()); \
  } while (false)
#define ASSIGN_OR_RETURN_INNER(name, declaration, expression) \
  auto name = (expression);                                   \
  if (!name) return ::parley::fail(std::move(name).error());  \
  declaration = std::move(*name)
#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_INNER(PARLEY_CONCAT(result_at_, __LINE__), declaration, expression)
