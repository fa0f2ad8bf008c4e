// Routes of sessions (document 004): create, get, config, stats, bot-config.
#pragma once

#include "http/route.h"
#include "sessions/admission.h"

namespace parley::sessions {

/// Both must outlive the routes.
http::Routes routes(Service& service, Admission& admission);

}  // namespace parley::sessions
