// Cors: which pages of other origins may read our answers (Fetch standard, section 3.2).
// Pure functions; origins are compared byte by byte, so no look-alike passes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/reply.h"
#include "net/message.h"

namespace parley::http {

/// `allowed` is a list of exact origins ("https://shop.example"), or "*" alone.
bool is_origin_allowed(const std::vector<std::string>& allowed, std::string_view origin);

/// Adds what the response to a request with the fields `sent` needs; always Vary: Origin unless
/// every origin is allowed.
void add_cors(const std::vector<std::string>& allowed, const net::HeaderFields& sent,
              net::HeaderFields& headers);

/// The answer to OPTIONS on a path that answers `allow`: 204, or 403 for a foreign preflight.
/// CORS headers themselves are added to every response by add_cors().
Reply options_reply(const std::vector<std::string>& allowed, const net::HeaderFields& sent,
                    const std::string& allow);

}  // namespace parley::http
