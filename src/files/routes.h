// Routes of files: upload, info, query, delete (document 004, "File Upload").
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "base/scope.h"
#include "files/files.h"
#include "http/route.h"

namespace parley::files {

/// Whether the Scope may use the conversation, which counts as activity in it. Errors: not_found
/// "Session not found" (absent, or another's), unauthorized.
using Authorize =
    std::function<Result<void>(const Scope& scope, const std::string& conversation_id)>;

/// `service` must outlive the routes.
http::Routes routes(Service& service, const Authorize& authorize);

}  // namespace parley::files
