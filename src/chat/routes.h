// HTTP of the chat feature: message, history, stream, stop (document 004, and ours).
#pragma once

#include "chat/chat.h"
#include "http/route.h"

namespace parley::chat {

/// The services must outlive the routes.
http::Routes routes(Service& service, conversations::Service& conversations,
                    files::Queries& queries);

}  // namespace parley::chat
