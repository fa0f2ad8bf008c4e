// Request: what a route handler sees. Parsed, percent-decoded, with its path parameters.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "net/message.h"

namespace parley::http {

struct Request {
  std::string method;
  std::string path;                               ///< decoded, no query
  std::map<std::string, std::string> parameters;  ///< from the route's {names}
  std::map<std::string, std::string> query;       ///< last value of each name
  net::HeaderFields headers;                      ///< names lowercase
  net::RequestBody body;
  std::string peer_address;
  std::string id;  ///< request id: X-Request-Id if it is sane, else ours

  /// The first value of `lowercase_name`, or nullopt.
  std::optional<std::string_view> header(std::string_view lowercase_name) const {
    return net::find_field(headers, lowercase_name);
  }

  /// A path parameter the route is known to have.
  const std::string& parameter(std::string_view name) const;

  /// The whole number `name` of the query, `otherwise` if it is not there. Errors: invalid
  /// ("limit must be a whole number from 1 to 100").
  Result<int64_t> query_number(const std::string& name, int64_t otherwise, int64_t min,
                               int64_t max) const;

  /// True if an Accept value names `type` (e.g. "text/event-stream") itself with q > 0; a
  /// wildcard does not name it.
  bool accepts(std::string_view type) const;

  /// The body as a JSON object: JSON, multipart or urlencoded form fields (as strings).
  /// An empty body is an empty object. Errors: invalid (JSON parse error, not an object),
  /// unsupported_media ('Unsupported media type "text/plain" in request.').
  Result<Json> json_object() const;

  /// As documents 000/001 read a body: a JSON object, whatever Content-Type says of it.
  /// Errors: invalid ("Invalid JSON", with advice; also for an empty body), too_large.
  Result<Json> documented_json() const;
};

}  // namespace parley::http
