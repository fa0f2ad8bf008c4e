// The sandbox: after it every system call that is not on the list ends the process.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <set>

#include "base/file_descriptor.h"
#include "datasets/sandbox.h"

namespace parley::datasets {
namespace {

constexpr int calls_max = 460;  // of Linux 6.8
constexpr int output = 3;
// uretprobe and uprobe of x86-64: a debugger's traps, which no filter sees and which do nothing.
constexpr long first_trap = 335;
constexpr long last_trap = 336;

/// What Linux may be asked for within; the second row by sanitizers' runtimes.
const std::set<long>& allowed_calls() {
  static const std::set<long> calls = {
    SYS_read,
    SYS_pread64,
    SYS_lseek,
    SYS_brk,
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_futex,
    SYS_clock_gettime,
    SYS_gettimeofday,
    SYS_getrandom,
    SYS_rt_sigreturn,
    SYS_exit,
    SYS_exit_group,
    SYS_restart_syscall,
    SYS_write,
    SYS_time,
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    SYS_getpid,
    SYS_gettid,
    SYS_sched_yield,
    SYS_sigaltstack,
    SYS_rt_sigprocmask,
    SYS_rt_sigaction,
#endif
  };
  return calls;
}

/// How a child ends that does `act` in the sandbox: its wait status. 0: it went on to the end.
int run_confined(const std::function<void()>& act) {
  static const auto filter = SystemCallFilter::make(output);
  if (!filter) return -1;
  const pid_t id = ::fork();
  if (id == 0) {
    if (!enter_sandbox(*filter, {})) ::_exit(99);
    act();
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(id, &status, 0);
  return status;
}

bool is_killed_by_filter(int status) {
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
}

TEST(DatasetsSandbox, EveryOtherSystemCallKills) {
  for (long call = 0; call < calls_max; ++call) {
    if (allowed_calls().contains(call) || (call >= first_trap && call <= last_trap)) continue;
    const int status = run_confined([call] { ::syscall(call, -1, 0, 0, 0, 0, 0); });
    EXPECT_TRUE(is_killed_by_filter(status)) << "system call " << call << ": " << status;
  }
}

TEST(DatasetsSandbox, NamedCallsKill) {
  const std::vector<std::pair<const char*, std::function<void()>>> attempts = {
    {"openat", [] { ::syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }},
    {"socket", [] { ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }},
    {"connect", [] { ::syscall(SYS_connect, 0, "", 0); }},
    {"execve", [] { ::syscall(SYS_execve, "/bin/true", nullptr, nullptr); }},
    {"clone", [] { ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }},
    {"kill", [] { ::syscall(SYS_kill, 1, 0); }},
    {"ptrace", [] { ::syscall(SYS_ptrace, 0, 0, 0, 0); }},
    {"unlinkat", [] { ::syscall(SYS_unlinkat, AT_FDCWD, "/tmp/absent", 0); }},
    {"renameat2", [] { ::syscall(SYS_renameat2, AT_FDCWD, "a", AT_FDCWD, "b", 0); }},
    {"newfstatat", [] { ::syscall(SYS_newfstatat, AT_FDCWD, "/", nullptr, 0); }},
    {"prlimit64", [] { ::syscall(SYS_prlimit64, 0, 0, nullptr, nullptr); }},
    {"write to another descriptor", [] { ::syscall(SYS_write, output + 1, "x", 1); }},
    {"write to standard output", [] { ::syscall(SYS_write, STDOUT_FILENO, "x", 1); }},
    {"map a file", [] { ::syscall(SYS_mmap, 0, 4096, PROT_READ, MAP_PRIVATE, 0, 0); }},
    {"map code",
     [] {
       ::syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
     }},
    {"make code of data", [] { ::syscall(SYS_mprotect, 0, 4096, PROT_READ | PROT_EXEC); }},
#if defined(__x86_64__)
    {"a call of the x32 interface", [] { ::syscall(SYS_getuid | 0x40000000); }},
#endif
  };
  for (const auto& [name, act] : attempts) {
    EXPECT_TRUE(is_killed_by_filter(run_confined(act))) << name;
  }
}

TEST(DatasetsSandbox, ComputingReadingAndAnsweringGoOn) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const FileDescriptor reader(ends[0]);
  const FileDescriptor writer(ends[1]);
  const auto filter = SystemCallFilter::make(writer.get());
  ASSERT_TRUE(filter);
  const FileDescriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  const pid_t id = ::fork();
  if (id == 0) {
    if (!enter_sandbox(*filter, {})) ::_exit(99);
    const std::string text(8 * 1024 * 1024, 'x');
    std::array<char, 4> head{};
    const bool read = ::pread(file.get(), head.data(), head.size(), 0) == 4 && head[1] == 'E';
    const bool wrote = ::write(writer.get(), &text.back(), 1) == 1;
    ::_exit(read && wrote ? 0 : 1);
  }
  int status = -1;
  ::waitpid(id, &status, 0);
  EXPECT_EQ(status, 0);
  char answer = ' ';
  EXPECT_EQ(::read(reader.get(), &answer, 1), 1);
  EXPECT_EQ(answer, 'x');
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(DatasetsSandbox, MemoryIsBounded) {
  EXPECT_EQ(run_confined([] {
              const void* much = ::mmap(nullptr, size_t{1} << 30, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
              if (much != MAP_FAILED) ::_exit(1);
            }),
            0);
}
#endif

TEST(DatasetsSandbox, ProcessorTimeIsBounded) {
  const auto filter = SystemCallFilter::make(output);
  ASSERT_TRUE(filter);
  const pid_t id = ::fork();
  if (id == 0) {
    if (!enter_sandbox(*filter, {.cpu_seconds = 1})) ::_exit(99);
    for (volatile bool forever = true; forever;) {
    }
  }
  int status = -1;
  ::waitpid(id, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
}

/// Makes the kernel refuse filters, as the profiles of some containers do.
void refuse_filters() {
  scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
  seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(seccomp), 0);
  seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(prctl), 1,
                   scmp_arg_cmp{0, SCMP_CMP_EQ, PR_SET_SECCOMP, 0});
  seccomp_load(context);
}

TEST(DatasetsSandbox, AKernelThatRefusesIsAnErrorAndNotAHole) {
  const pid_t id = ::fork();
  if (id == 0) {
    refuse_filters();
    const auto filter = SystemCallFilter::make(output);
    const auto entered = filter ? enter_sandbox(*filter, {}) : fail(filter.error());
    const bool told = !entered && entered.error().code == ErrorCode::internal &&
                      entered.error().message.find("seccomp") != std::string::npos;
    ::_exit(told ? 0 : 1);
  }
  int status = -1;
  ::waitpid(id, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace parley::datasets
