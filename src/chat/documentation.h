// What /openapi.json says about the chat routes.
#pragma once

#include "http/route.h"

namespace parley::chat {

http::Documentation document_message();
http::Documentation document_history();
http::Documentation document_clear();
http::Documentation document_stream();
http::Documentation document_stop();

}  // namespace parley::chat
