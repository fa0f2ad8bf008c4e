// Descriptors of processes: they name one process, even when its number is used again.
//
// The calls themselves, because the C library's header for them does not suit C++ (glibc 2.36).
// See pidfd_open(2). Threads: any.
#pragma once

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/file_descriptor.h"

namespace parley::datasets {

/// Of a process that this one has not reaped yet; not open, with errno, if the kernel refuses.
inline FileDescriptor open_pidfd(pid_t id) {
  return FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
}

/// Nothing happens if the process has ended.
inline void send_signal(int pidfd, int signal) {
  ::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0);
}

}  // namespace parley::datasets
