// What the isolation test sends: for each guarded route all ways to name a conversation to it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace parley {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One way to name a conversation to a route.
struct Probe {
  std::string method;
  std::string path;  ///< {session_id}, {file_id} and {receipt_id} are replaced
  Headers headers = {};
  std::string body = {};  ///< likewise
};

using Probes = std::vector<Probe>;

/// All ways to call each guarded route, so that it would do something if it were allowed.
const std::map<std::string, Probes>& probes_by_route();

/// The same for routes that need an API key; {tenant}, {key_id} and {customer_id}
/// are replaced.
const std::map<std::string, Probes>& admin_probes_by_route();

}  // namespace parley
