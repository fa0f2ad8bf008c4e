// The least HTTP/1.1 that a benchmark's server needs of its well-behaved clients.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::bench {

struct Request {
  std::string method;
  std::string path;  ///< without the query
  std::string query;
  std::string body;
  bool close = false;  ///< the client will not use the connection again
};

/// Takes the first whole request out of `buffer`; nothing if it has not arrived yet.
std::optional<Request> take_request(std::string& buffer);

/// The number after `name=` in a query, or `otherwise`.
double query_number(std::string_view query, std::string_view name, double otherwise);

}  // namespace parley::bench
