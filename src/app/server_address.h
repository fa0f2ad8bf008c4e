// Where the server that uses a data directory answers: the file server.address in it, so that the
// command line finds it whatever HOST and PORT it was started with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace parley::app {

/// "http://127.0.0.1:8000": where a server that listens on `host` answers on this machine.
std::string own_url(const std::string& host, uint16_t port);

/// Errors: unavailable (cannot write it).
Result<void> write_server_address(const std::string& data_directory, const std::string& url);
void remove_server_address(const std::string& data_directory);

/// A server that was killed leaves its own behind.
std::optional<std::string> read_server_address(const std::string& data_directory);

}  // namespace parley::app
