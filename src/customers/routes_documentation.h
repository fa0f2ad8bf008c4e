// What /openapi.json says about the customer routes.
#pragma once

#include "http/route.h"

namespace parley::customers {

http::Documentation document_add();
http::Documentation document_list();
http::Documentation document_create();
http::Documentation document_get();
http::Documentation document_update();

}  // namespace parley::customers
