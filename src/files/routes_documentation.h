// What /openapi.json says about the routes of files.
#pragma once

#include "http/route.h"

namespace parley::files {

http::Documentation upload_documentation();
http::Documentation info_documentation();
http::Documentation query_documentation();
http::Documentation remove_documentation();
http::Documentation remove_one_documentation();
http::Documentation list_documentation();
http::Documentation sql_documentation();
http::Documentation receipt_documentation();

}  // namespace parley::files
