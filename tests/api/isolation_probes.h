// What the isolation tests send: for each route all ways to name somebody's things to it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace parley {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The places in probes where an id goes, in paths and bodies.
inline constexpr const char* slots[] = {"{session_id}", "{file_id}",     "{receipt_id}",
                                        "{message_id}", "{customer_id}", "{key_id}",
                                        "{tenant}"};

/// `text` with each `name` replaced by `id`.
std::string replaced(std::string text, const std::string& name, const std::string& id);

/// One way to name something to a route.
struct Probe {
  std::string method;
  std::string path;  ///< slots are replaced
  Headers headers = {};
  std::string body = {};  ///< likewise
};

using Probes = std::vector<Probe>;

/// All ways to call each guarded route, so that it would do something if it were allowed.
const std::map<std::string, Probes>& probes_by_route();

/// The same for routes that need an API key.
const std::map<std::string, Probes>& admin_probes_by_route();

/// The same for routes that are open to all, or to all where their tenant has not closed them.
const std::map<std::string, Probes>& open_probes_by_route();

}  // namespace parley
