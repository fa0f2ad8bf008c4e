// Fields: what may stand in a customer's fields. Pure functions.
#pragma once

#include <string>

#include "customers/customers.h"

namespace parley::customers {

/// Puts `fields` into `customer`, cleaned. Errors: invalid; `customer` may then be half changed.
Result<void> put_fields(Customer& customer, const Fields& fields);

/// Errors: invalid.
Result<void> check_external_id(const std::string& text);

/// What list() searches in: name, e-mail and phone in lower case.
std::string search_text_of(const Customer& customer);

}  // namespace parley::customers
