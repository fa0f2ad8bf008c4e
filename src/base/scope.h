// Scope: on whose behalf a piece of work runs. Every store call takes one first, so forgetting
// the tenant does not compile.
//
// Only app/authenticate and app/jobs can make one (tests: tests/fakes/scope_for_tests.h).
#pragma once

#include <string>
#include <utility>

namespace parley::app {
class Authenticator;
class Jobs;
}  // namespace parley::app

namespace parley {

/// Who acts. Enumerators spell the text that logs and stored rows use.
enum class Actor {
  visitor,
  admin,       ///< holds a key of this one tenant
  superadmin,  ///< holds a key of the installation
  system,      ///< a job
};

/// What a visitor showed to prove that a conversation is theirs.
struct VisitorProof {
  bool required = true;    ///< false in development: the bare conversation id suffices
  std::string token_hash;  ///< HMAC of the bearer token; empty: none was sent
};

class Scope {
 public:
  const std::string& tenant_id() const { return tenant_id_; }
  Actor actor() const { return actor_; }
  const VisitorProof& proof() const { return proof_; }

 private:
  friend class app::Authenticator;
  friend class app::Jobs;
  friend struct ScopeForTests;
  Scope(std::string tenant_id, Actor actor, VisitorProof proof)
      : tenant_id_(std::move(tenant_id)), actor_(actor), proof_(std::move(proof)) {}

  std::string tenant_id_;
  Actor actor_;
  VisitorProof proof_;
};

}  // namespace parley
