#include "datasets/worker.h"

#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <map>
#include <string>

#include "datasets/local_message.h"
#include "datasets/opened.h"
#include "datasets/pidfd.h"
#include "datasets/sandbox.h"
#include "datasets/statement.h"
#include "datasets/worker_protocol.h"

namespace parley::datasets {
namespace {

constexpr int64_t address_space_slack_bytes = 256 * 1024 * 1024;

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<size_t>(count));
  }
}

// --- The child: one statement, then the end ---

[[noreturn]] void finish(std::string_view answer) {
  write_all(worker_socket, frame(answer));
  ::_exit(0);
}

/// Statements must not slow the server down: they get the processors that are idle. Not so the
/// process that forks: every query waits for it, also on a machine that is busy throughout.
void yield_to_others() {
  const sched_param none = {};
  ::sched_setscheduler(0, SCHED_IDLE, &none);
}

/// Opens, confines itself, computes, answers. The connection is never closed: closing it asks for
/// more than the sandbox leaves.
[[noreturn]] void run_query(const LocalMessage& message, const SystemCallFilter& filter) {
  const auto query = decode_request(message.text);
  if (!query) finish(encode_failure(query.error()));
  auto datasets = open_datasets(query->paths);
  if (!datasets) finish(encode_failure(datasets.error()));
  int seed = 0;
  sqlite3_randomness(0, nullptr);           // not the sequence of the other children; reads a
  sqlite3_randomness(sizeof(seed), &seed);  // file, so while that is possible
  const SandboxLimits limits = {query->limits.heap_bytes_max + address_space_slack_bytes,
                                query->limits.deadline_ms / 1'000 + 1};
  yield_to_others();
  if (auto confined = enter_sandbox(filter, limits); !confined) {
    finish(encode_failure(confined.error()));
  }
  finish(run_statement(*datasets, *query));
}

[[noreturn]] void run_child(const LocalMessage& message, const SystemCallFilter& filter,
                            pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  ::signal(SIGPIPE, SIG_DFL);
  ::dup2(message.descriptors.front().get(), worker_socket);  // closes the socket
  ::close_range(worker_socket + 1, ~0U, 0);
  run_query(message, filter);
}

// --- The parent: forks, and tells of children that were killed ---

/// The children that run, each with the writing end of its pipe.
using Children = std::map<pid_t, FileDescriptor>;

/// For a child that a signal ended, which has therefore not answered.
void tell_of_signal(int pipe, int signal) {
  pollfd entry = {pipe, POLLOUT, 0};
  if (::poll(&entry, 1, 0) <= 0) return;  // full of what the child wrote
  const std::string detail = "ended by signal " + std::to_string(signal) +
                             (signal == SIGSYS ? ", a system call that is not allowed" : "");
  write_all(pipe, frame(encode_failure({ErrorCode::internal, "The query worker broke", detail})));
}

void reap(Children& children) {
  int status = 0;
  for (pid_t id = 0; (id = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    const auto found = children.find(id);
    if (found == children.end()) continue;
    if (WIFSIGNALED(status)) tell_of_signal(found->second.get(), WTERMSIG(status));
    children.erase(found);
  }
}

void refuse(const char* what) {
  static_cast<void>(
      send_message(worker_socket, std::string(what) + ": " + std::strerror(errno), {}));
}

void serve(LocalMessage message, const SystemCallFilter& filter, Children& children) {
  if (message.descriptors.size() != 1) return refuse("no pipe to answer into");
  const pid_t self = ::getpid();
  const pid_t id = ::fork();
  if (id == 0) run_child(message, filter, self);
  if (id < 0) return refuse("fork");
  const FileDescriptor pidfd = open_pidfd(id);  // not reaped yet, so it is this child
  children.emplace(id, std::move(message.descriptors.front()));
  if (!pidfd.is_open()) return refuse("pidfd_open");
  static_cast<void>(send_message(worker_socket, "started", {pidfd.get()}));
}

void ignore_signal(int) {}

/// The signal of an ended child interrupts ppoll() and nothing else. The mask while waiting.
sigset_t prepare_signals() {
  struct sigaction on_child = {};
  on_child.sa_handler = ignore_signal;
  ::sigaction(SIGCHLD, &on_child, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t child;
  sigset_t none;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child, nullptr);
  sigemptyset(&none);
  return none;
}

void prepare_process() {
  ::close_range(worker_socket + 1, ~0U, 0);
  ::prctl(PR_SET_NAME, "sql-worker");
  ::mallopt(M_ARENA_MAX, 1);  // further ones would ask the file system for the processors
  ::setenv("TZ", "UTC0", 1);  // 'localtime' is UTC, and needs no file
  ::tzset();
  sqlite3_initialize();
  // Sanitizers look at a type's description when they first meet it, which takes a system call.
  static_cast<void>(encode_failure({}));
}

}  // namespace

int run_worker() {
  prepare_process();
  const sigset_t while_waiting = prepare_signals();
  const auto filter = SystemCallFilter::make(worker_socket);
  if (!filter) return 1;
  Children children;
  while (true) {
    reap(children);
    pollfd entry = {worker_socket, POLLIN, 0};
    if (::ppoll(&entry, 1, nullptr, &while_waiting) < 0) {
      if (errno == EINTR) continue;
      return 1;
    }
    auto message = receive_message(worker_socket);
    if (!message || message->text.empty()) return message ? 0 : 1;
    serve(std::move(*message), *filter, children);
  }
}

}  // namespace parley::datasets
