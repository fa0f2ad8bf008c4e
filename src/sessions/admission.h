// Admission: who may begin a session, and as whom.
//
// Threads: any.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/scope.h"
#include "conversations/conversations.h"
#include "customers/customers.h"
#include "db/database.h"
#include "sessions/identity.h"
#include "sessions/sessions.h"
#include "tenants/tenants.h"

namespace parley::sessions {

class Admission {
 public:
  struct Parts {  ///< all must outlive it
    Service& sessions;
    conversations::Service& conversations;
    customers::Service& customers;
    const tenants::Service& tenants;
    db::Database& database;
    const Clock& clock;
  };

  explicit Admission(Parts parts) : parts_(parts) {}

  /// A session with `config`, linked to the customer that `identity` names: it is brought up to
  /// date or made in the same transaction. Id and token are always new, and ours. Errors:
  /// forbidden ("Signed identity required": the tenant wants one and there is none); unauthorized
  /// ("Invalid identity"); those of Service::create().
  Result<conversations::Created> create(const Scope& scope, const Json& config,
                                        const std::optional<std::string>& identity);

 private:
  Result<conversations::Created> create_known(const Scope& scope, const Json& config,
                                              const SignedIdentity& identity);

  Parts parts_;
};

}  // namespace parley::sessions
