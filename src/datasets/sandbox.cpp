#include "datasets/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PARLEY_SANITIZED 1
#else
#define PARLEY_SANITIZED 0
#endif

namespace parley::datasets {
namespace {

constexpr bool is_sanitized = PARLEY_SANITIZED != 0;

// What computing needs: memory of the C library, the clock (the kernel answers where the vDSO
// cannot), reading what is open, and the end. No fstat: the C library asks with newfstatat, which
// takes a path, and SQLite has asked for all sizes before.
constexpr std::array plain_calls = {
    SCMP_SYS(read),          SCMP_SYS(pread64), SCMP_SYS(lseek),        SCMP_SYS(brk),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),  SCMP_SYS(madvise),      SCMP_SYS(futex),
    SCMP_SYS(clock_gettime), SCMP_SYS(time),    SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(exit),    SCMP_SYS(exit_group),   SCMP_SYS(restart_syscall),
};

#if PARLEY_SANITIZED
// Their runtimes look at their own threads and signals.
constexpr std::array sanitizer_calls = {
    SCMP_SYS(getpid),      SCMP_SYS(gettid),         SCMP_SYS(sched_yield),
    SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
};
#endif

tl::unexpected<Error> refused(const char* what, int error) {
  return fail(ErrorCode::internal,
              "Queries are off: this machine does not let the query worker confine itself. "
              "The operator must allow seccomp filters (the container's seccomp profile and "
              "no_new_privs).",
              std::string(what) + ": " + std::strerror(error));
}

/// Adds the permitted calls; 0 or a negative errno.
int add_rules(scmp_filter_ctx context, int output) {
  int error = 0;
  const auto allow = [&](int call, auto... conditions) {
    if (error != 0) return;
    error = seccomp_rule_add(context, SCMP_ACT_ALLOW, call, sizeof...(conditions), conditions...);
  };
  for (const int call : plain_calls) allow(call);
  allow(SCMP_SYS(write), scmp_arg_cmp{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(output), 0});
  const scmp_arg_cmp not_executable = {2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
  allow(SCMP_SYS(mprotect), not_executable);
#if PARLEY_SANITIZED
  for (const int call : sanitizer_calls) allow(call);
  allow(SCMP_SYS(write), scmp_arg_cmp{0, SCMP_CMP_EQ, STDERR_FILENO, 0});
#endif
  const scmp_arg_cmp anonymous = {3, SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS};
  allow(SCMP_SYS(mmap), not_executable, anonymous);
  return error;
}

bool set_limit(__rlimit_resource resource, int64_t value) {
  const rlimit limit = {static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
  return ::setrlimit(resource, &limit) == 0;
}

}  // namespace

struct SystemCallFilter::Context {
  explicit Context(scmp_filter_ctx made) : filter(made) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { seccomp_release(filter); }

  scmp_filter_ctx filter;
};

SystemCallFilter::SystemCallFilter(std::unique_ptr<Context> context)
    : context_(std::move(context)) {}

SystemCallFilter::~SystemCallFilter() = default;

Result<SystemCallFilter> SystemCallFilter::make(int output) {
  scmp_filter_ctx made = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (made == nullptr) return refused("seccomp_init", EINVAL);
  auto context = std::make_unique<Context>(made);
  int error = seccomp_attr_set(made, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (error == 0) error = seccomp_attr_set(made, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (error == 0) error = add_rules(made, output);
  if (error != 0) return refused("seccomp rules", -error);
  return SystemCallFilter(std::move(context));
}

Result<void> SystemCallFilter::load() const {
  if (const int error = seccomp_load(context_->filter); error != 0) {
    return refused("seccomp_load", -error);
  }
  return {};
}

Result<void> enter_sandbox(const SystemCallFilter& filter, const SandboxLimits& limits) {
  const bool limited = (is_sanitized || set_limit(RLIMIT_AS, limits.address_space_bytes)) &&
                       set_limit(RLIMIT_CPU, limits.cpu_seconds) && set_limit(RLIMIT_FSIZE, 0) &&
                       set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_NPROC, 0) &&
                       set_limit(RLIMIT_NOFILE, 0);
  if (!limited) return refused("setrlimit", errno);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs", errno);
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return refused("dumpable", errno);
  return filter.load();
}

}  // namespace parley::datasets
