// Routes of sessions (document 004): create, get, config, stats, bot-config.
#pragma once

#include "http/route.h"
#include "sessions/sessions.h"

namespace parley::sessions {

/// `service` must outlive the routes.
http::Routes routes(Service& service);

}  // namespace parley::sessions
