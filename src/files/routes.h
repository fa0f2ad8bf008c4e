// Routes of files: upload, info, query, delete (document 004, "File Upload"); list, SQL, receipts
// (ours).
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "base/scope.h"
#include "files/queries.h"
#include "files/statements.h"
#include "files/uploads.h"
#include "http/route.h"

namespace parley::files {

/// Whether the Scope may use the conversation, which counts as activity in it. Errors: not_found
/// "Session not found" (absent, or another's), unauthorized.
using Authorize =
    std::function<Result<void>(const Scope& scope, const std::string& conversation_id)>;

struct RouteParts {  ///< all must outlive the routes
  Service& files;
  Uploads& uploads;
  Queries& queries;
  Statements& statements;
  Authorize authorize;
};

http::Routes routes(const RouteParts& parts);

/// Of them, list, SQL and receipts.
http::Routes data_routes(const RouteParts& parts);

/// What is known of a file: {fileId, fileName, fileType, fileSize, uploadedAt, sha256, summary,
/// profile}.
OrderedJson to_json(const StoredFile& file);

}  // namespace parley::files
