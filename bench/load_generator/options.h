// Options: what load a run makes, as its command line says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::bench {

struct Options {
  uint16_t port = 0;
  std::vector<std::string> requests;  ///< whole, as they go over the wire
  size_t connections = 1;
  size_t count = SIZE_MAX;  ///< of requests; the run ends at this or at `seconds`
  double seconds = 60;      ///< after this no request begins; those under way are waited for
  double rate = 0;          ///< requests per second, however long answers take; 0: closed loop
  double spread_ms = 0;     ///< closed loop: the connections begin evenly over this time
  size_t tokens = 0;        ///< that an answer must have, or it is counted as short; 0: any
};

/// PORT REQUESTS [NAME=NUMBER...]; nothing, and a line on stderr, if that cannot be done.
std::optional<Options> parse_options(int count, char** arguments);

}  // namespace parley::bench
