// HTTP of calls: one prompt, one answer, and their history (documents 000/001).
#pragma once

#include "chat/calls.h"
#include "http/route.h"

namespace parley::chat {

/// Both with and without the trailing slash. `calls` must outlive the routes.
http::Routes call_routes(Calls& calls);

}  // namespace parley::chat
