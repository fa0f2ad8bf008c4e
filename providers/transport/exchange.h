// Exchange: one streaming POST to a vendor, from the request to an Answer or a Failure.
//
// The vendor part is two plain pieces: an EventReader that understands its events, and a function
// that understands its error bodies. Everything else (heads, SSE, bounds, cancel, what a broken
// stream means) is here once.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/sse.h"
#include "net/upstream.h"
#include "providers/provider.h"
#include "providers/transport/draft.h"
#include "providers/transport/event_fields.h"
#include "providers/transport/retry_after.h"

namespace parley::providers::transport {

inline constexpr size_t error_body_bytes_max = 64 * 1024;

/// Understands one stream. Unknown events are skipped, never an error (vendors add some).
class EventReader {
 public:
  virtual ~EventReader() = default;

  /// An event that does nothing but add text, by its fields. False: it is another, or needs more
  /// care; read() gets it.
  virtual bool read_words(std::string_view /*name*/, const EventFields& /*fields*/,
                          AnswerDraft& /*draft*/) {
    return false;
  }

  /// One event in order, its data already parsed. Not called once the draft is over.
  virtual void read(const std::string& name, const Json& data, AnswerDraft& draft) = 0;

  /// Data that is no JSON but has a meaning ("[DONE]"). True if it had.
  virtual bool read_text(const std::string& /*data*/, AnswerDraft& /*draft*/) { return false; }

  /// The body is over, properly or not, and the draft is not: last chance to complete it.
  virtual void end(AnswerDraft& /*draft*/) {}
};

/// Turns a status and a JSON error (null if the body was none) into kind and detail. Pure.
using ReadError = Failure (*)(int status, const Json& body);

struct Exchange {
  net::UpstreamRequest request;
  ReadError read_error = nullptr;
  const char* request_id_header = "x-request-id";
  RetryAfterRule retry_after;
  std::string secret;  ///< never to be found in a Failure's detail
};

/// Blocks until the end. `draft` is used up.
AnswerResult run(net::Upstream& upstream, Exchange exchange, EventReader& reader,
                 AnswerDraft&& draft, const Clock& clock, const std::stop_token& stop);

/// The kind that a bare status means (PROVIDERS.md section 6).
Failure::Kind kind_of_status(int status);

/// JSON of an event or error body: invalid UTF-8 and lone surrogates are tolerated (surrogates.h).
/// Null if it is no JSON.
Json parse_leniently(std::string_view text);

/// `text` for the log: without `secret` and anything that looks like a key, at most 300 characters.
std::string scrub(std::string_view text, const std::string& secret);

/// "total" of the endpoint, shortened to what the request has left.
net::UpstreamDeadlines deadlines_for(const Request& request, net::UpstreamDeadlines deadlines);

/// `base_url` without its trailing slashes, plus `path`.
std::string join_url(std::string_view base_url, std::string_view path);

}  // namespace parley::providers::transport
