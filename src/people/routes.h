// Routes of people: export and erase one, for the admin API.
#pragma once

#include "http/route.h"
#include "people/people.h"

namespace parley::people {

/// `service` must outlive the routes.
http::Routes routes(Service& service);

}  // namespace parley::people
