// WorkerProcess: the process that forks a child for each statement, seen from the server.
//
// Started with posix_spawn: a server with many threads must not fork. The process inherits its end
// of a socket as descriptor 3, standard error, no environment and nothing else. Ends, and its
// children with it, when this object goes. Threads: one at a time.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace parley::datasets {

class WorkerProcess {
 public:
  /// `command`: program and arguments, at least one. Errors: internal (it cannot be started).
  static Result<WorkerProcess> start(const std::vector<std::string>& command);
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&&) = delete;
  ~WorkerProcess();

  /// Starts a child that answers `request` into the pipe `answer`; returns the child's pidfd.
  /// Errors: internal (the process is gone or hangs: start another one).
  Result<FileDescriptor> submit(std::string_view request, int answer);

  pid_t id() const { return id_; }

 private:
  WorkerProcess(FileDescriptor socket, pid_t id) : socket_(std::move(socket)), id_(id) {}

  FileDescriptor socket_;
  pid_t id_;
};

}  // namespace parley::datasets
