// Reply: json | bytes | file | stream | later. What a route handler returns.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "net/message.h"

namespace parley::http {

struct Reply;

/// For answers that take long: the handler returns at once and keeps `start`'s argument.
/// `start` runs on the worker after the handler returned; its function may be called once, from
/// any thread, with anything but another Later. It costs no thread meanwhile. Dropping the
/// function without a call closes the connection.
struct Later {
  std::function<void(std::function<void(Reply)>)> start;
};

/// An event stream; `keep_alive` is sent after 15 s of silence.
struct Stream {
  std::shared_ptr<net::BodySource> source;
  std::string keep_alive;
};

/// A file from disk, sent by the loop without reading it into memory.
struct File {
  FileDescriptor file;
  int64_t length = 0;
};

struct Reply {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::variant<std::string, File, Stream, Later> body = std::string();
};

/// `status` with a JSON body.
Reply json_reply(int status, const Json& body);
/// As json_reply(), of a body that is text already (base/json_text.h).
Reply json_text_reply(int status, std::string body);

/// The body families of the documents' errors (CONTRACTS.md 6.5).
enum class ErrorFamily {
  error,   ///< {"error": message}
  detail,  ///< {"detail": message}: what the framework itself says (parse, media type, method)
};

/// `detail` for what Request::json_object() says of syntax and media type, else `error`.
ErrorFamily family_of(const Error& error);

/// Code → status, message → body, advice → its member "message", retry_after_ms → Retry-After.
/// `internal` never shows its message.
Reply error_reply(const Error& error, ErrorFamily family);
Reply error_reply(const Error& error);

/// The one table: 400 401 403 404 409 413 415 422 429 503 507 500.
int status_of(ErrorCode code);

}  // namespace parley::http
