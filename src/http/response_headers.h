// Response headers that every answer has (SECURITY: headers, cookies, framing). Pure.
#pragma once

#include "net/message.h"

namespace parley::http {

/// Adds each header unless the reply set its own: a page brings its own policy, a hashed file
/// its own caching.
void add_security_headers(bool tls_in_front, net::HeaderFields& headers);

}  // namespace parley::http
