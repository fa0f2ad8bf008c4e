// The sandbox: after it a process can compute, read what it has open, and write its answer.
//
// Beyond memory and the time of day only this is left: read, pread and lseek on descriptors that
// are open, write to one of them. Anything else the kernel answers by killing the process (seccomp,
// SECCOMP_RET_KILL_PROCESS). Limits: memory, processor time; no files, processes, core dumps.
// Nothing lifts it again. Sanitizer builds leave memory unbounded and may ask for a few more calls.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"

namespace parley::datasets {

/// The list of permitted system calls. Made once, before the forks that load it: the making is
/// what takes time. Threads: one.
class SystemCallFilter {
 public:
  /// `output`: the one descriptor that may be written to. Errors: internal.
  static Result<SystemCallFilter> make(int output);
  ~SystemCallFilter();
  SystemCallFilter(SystemCallFilter&& other) noexcept = default;
  SystemCallFilter& operator=(SystemCallFilter&& other) = delete;

  /// For the calling thread, from now on. Errors: internal (the kernel or the container refuses).
  Result<void> load() const;

 private:
  struct Context;
  explicit SystemCallFilter(std::unique_ptr<Context> context);

  std::unique_ptr<Context> context_;
};

struct SandboxLimits {
  int64_t address_space_bytes = 512 * 1024 * 1024;
  int64_t cpu_seconds = 2;
};

/// Errors: internal; the process is then not confined and must not go on.
Result<void> enter_sandbox(const SystemCallFilter& filter, const SandboxLimits& limits);

}  // namespace parley::datasets
