// libcurl, which the program is not linked with: its functions load it. Internal to net.
#pragma once

namespace parley::net {

/// Loads the library unless it is there already; to be called before its functions, which end the
/// process without it. Throws std::runtime_error: it is not installed, or no descriptor is left to
/// read it.
void load_curl_library();

}  // namespace parley::net
