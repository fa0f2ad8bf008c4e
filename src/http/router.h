// Router: finds the route of a method and path. Immutable after construction; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/route.h"

namespace parley::http {

/// "GET", …; Method::any has the name "*".
std::string_view name_of(Method method);

class Router {
 public:
  struct Match {
    const Route* route = nullptr;  ///< null: no such path, or not this method
    std::map<std::string, std::string> parameters;
    std::string allow;  ///< when the path exists but not with this method: the Allow value
  };

  /// `routes` must outlive the router.
  explicit Router(const Routes& routes);

  /// The first route in the table that fits. HEAD is served by GET routes (RFC 9110, 9.3.2).
  Match match(std::string_view method, const std::vector<std::string>& segments) const;

 private:
  struct Entry {
    const Route* route;
    std::vector<std::string> pattern;
  };

  std::vector<Entry> entries_;
};

}  // namespace parley::http
