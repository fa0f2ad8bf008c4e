// The SQL worker's own side: `parley sql-worker`, a process that forks a child per statement.
//
// It speaks over the socket that it inherits as descriptor 3 and ends when that closes. It has one
// thread, so that its forks are sound, and holds no data of anyone.
#pragma once

namespace parley::datasets {

/// The descriptor of the socket; in a child, of the pipe that its answer goes into.
inline constexpr int worker_socket = 3;

/// Serves until the socket closes; the process's exit code.
int run_worker();

}  // namespace parley::datasets
