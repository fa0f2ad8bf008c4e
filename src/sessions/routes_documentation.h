// What /openapi.json says about the session routes.
#pragma once

#include "http/route.h"

namespace parley::sessions {

http::Documentation document_create();
http::Documentation document_get();
http::Documentation document_config();
http::Documentation document_statistics();
http::Documentation document_bot_config();

}  // namespace parley::sessions
