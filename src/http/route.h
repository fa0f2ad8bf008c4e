// Route: routes are data. Method, path, access, limits, documentation, handler; one table per
// feature (`x::routes()`), joined by app/. The OpenAPI page, the golden list and the isolation
// test are made from it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/scope.h"
#include "http/reply.h"
#include "http/request.h"

namespace parley::http {

/// `any` answers every method (a health check).
enum class Method { any, get, post, put, del };

/// Who may call. No default: no route is public by accident.
enum class Access {
  server,      ///< anybody, on any Host: it belongs to no tenant (health, metrics, documentation)
  open,        ///< anybody; the handler sees a Scope of the Host's tenant
  visitor,     ///< the owner of the conversation that path or body names (Scope::proof)
  admin,       ///< a key of the tenant that the path's {tenant} names, or of the installation
  superadmin,  ///< a key of the installation
};

/// Which rate limits a request counts into, besides the tenant's own.
enum class RateClass {
  none,     ///< not even that: files of the site
  request,  ///< nothing more
  message,  ///< costs an answer
  session,  ///< makes a conversation
};

/// What a GET may carry: no handler reads it.
inline constexpr int64_t unread_body_bytes_max = 16 * 1024;

struct Limits {
  int64_t body_bytes_max = 1024 * 1024;
  bool may_spool = false;  ///< large bodies go to a file (uploads)
  /// The handler neither blocks nor computes, and so runs on the event loop: it answers even when
  /// every worker is busy.
  bool is_quick = false;
  RateClass rate = RateClass::request;
};

/// What /openapi.json says about a route; one without a summary is left out. Schemas are JSON
/// Schema objects (OpenAPI 3.1).
struct Documentation {
  struct Header {  ///< of the request, optional
    std::string name;
    std::string description;
  };
  using Query = Header;  ///< a parameter of the query string, optional

  std::string tag;      ///< "Sessions", "Chat", …
  std::string summary;  ///< one sentence
  Json request;         ///< schema of the JSON body; null: none
  Json response;        ///< schema of the success body; null: none
  int success = 200;
  std::vector<int> errors;  ///< statuses with an error body
  std::string request_type = "application/json";
  std::string response_type = "application/json";
  std::vector<std::string> further_response_types;  ///< of a success, as Accept or the body asks
  bool may_be_empty = false;                        ///< 204, when there is nothing to send
  std::vector<Header> headers;
  std::vector<Query> queries;
};

using Handler = std::function<Reply(const Request&, const Scope&)>;

struct Route {
  Method method;
  /// "/api/sessions/{session_id}": a `{…_id}` segment matches only a lowercase UUID, any other
  /// `{name}` one segment, a last `{name*}` the rest of the path.
  std::string path;
  Access access;
  Limits limits;
  Documentation documentation;
  Handler handler;
};

using Routes = std::vector<Route>;

}  // namespace parley::http
