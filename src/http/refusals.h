// Refusals: what a client is told when the front door turned its request down.
#pragma once

#include <string_view>

#include "http/reply.h"
#include "net/message.h"

namespace parley::http {

int status_of(net::Refusal refusal);

/// For logs: "bad_request", …
std::string_view name_of(net::Refusal refusal);

/// {"error": text}, with Retry-After where waiting helps.
Reply refusal_reply(net::Refusal refusal);

}  // namespace parley::http
