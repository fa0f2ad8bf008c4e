// Openapi: the OpenAPI 3.1 description of a route table. A path that ends in a slash stands there
// without it. Pure.
#pragma once

#include <map>
#include <string>

#include "base/json.h"
#include "http/route.h"

namespace parley::http {

struct OpenapiInfo {
  std::string title;
  std::string version;
  std::string description;
  std::string server_url = "/";
  std::string license_name = {};  ///< with an SPDX identifier of the same text; empty: left out
  std::map<std::string, std::string> tags;  ///< what each Documentation::tag is about
};

/// Routes without a summary are left out. Routes of Access::visitor name the security scheme
/// `visitorToken`, those of Access::admin and superadmin `apiKey` (both bearer).
Json openapi(const Routes& routes, const OpenapiInfo& info);

}  // namespace parley::http
