// Routes of customers: documents 000/001's /api/customer/add/, and the admin API's.
#pragma once

#include <functional>

#include "customers/customers.h"
#include "http/route.h"

namespace parley::customers {

struct RouteParts {
  Service& service;  ///< must outlive the routes
  /// Whether the Scope's tenant lets anybody add a customer; who holds its key always may.
  std::function<bool(const Scope&)> is_add_open;
};

http::Routes routes(const RouteParts& parts);

}  // namespace parley::customers
