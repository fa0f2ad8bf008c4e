// What /openapi.json says about the routes of operators.
#pragma once

#include <string>

#include "http/route.h"

namespace parley::admin {

http::Documentation document_list_tenants();
http::Documentation document_create_tenant();
http::Documentation document_get_tenant();
http::Documentation document_update_tenant();
http::Documentation document_usage();
/// `whose`: "a tenant" or "the installation".
http::Documentation document_list_keys(const std::string& whose);
http::Documentation document_create_key(const std::string& whose);
http::Documentation document_revoke_key(const std::string& whose);

}  // namespace parley::admin
