// Descriptors: how many files and sockets the process may have open at one time.
#pragma once

#include <cstdint>

#include "app/settings.h"

namespace parley::app {

/// Raises the limit to the most that the system allows this process; what it is then. The usual
/// one, 1,024, is for programs that call select(); nobody here does.
int64_t raise_descriptor_limit();

/// The most that raise_descriptor_limit() can reach.
int64_t descriptor_limit_max();

/// What a server with these settings may need: one for each connection, one for each answer's call
/// to its provider, and some for the database, uploads and queries.
int64_t descriptors_needed(const Settings& settings);

/// What an operator does about a limit that is too low.
inline constexpr const char* descriptors_advice =
    "Raise it (systemd: LimitNOFILE=, Docker: --ulimit nofile=, shell: ulimit -Hn), or lower "
    "CONNECTIONS_MAX.";

}  // namespace parley::app
