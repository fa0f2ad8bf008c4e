#include "datasets/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "datasets/local_message.h"
#include "datasets/worker.h"

namespace parley::datasets {
namespace {

constexpr int reply_seconds_max = 5;  // of a process that only forks; it may just be starting

tl::unexpected<Error> cannot_start(int error) {
  return fail(ErrorCode::internal, "The query worker cannot be started", std::strerror(error));
}

/// What the new process inherits; frees its parts.
class SpawnPlan {
 public:
  explicit SpawnPlan(int socket) {
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, socket, worker_socket);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    // A group of its own: the Ctrl-C that drains the server must not end it first.
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  /// 0 or an errno.
  int run(const std::vector<std::string>& command, pid_t& id) const {
    std::vector<std::string> copies(command);
    std::vector<char*> arguments;
    for (std::string& argument : copies) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    std::array<char*, 1> environment = {nullptr};
    return ::posix_spawn(&id, arguments[0], &actions_, &attributes_, arguments.data(),
                         environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

void set_time_limits(int socket) {
  const timeval limit = {reply_seconds_max, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

}  // namespace

Result<WorkerProcess> WorkerProcess::start(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return cannot_start(errno);
  }
  FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  set_time_limits(ours.get());
  pid_t id = 0;
  if (const int error = SpawnPlan(theirs.get()).run(command, id); error != 0) {
    return cannot_start(error);
  }
  return WorkerProcess(std::move(ours), id);
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : socket_(std::move(other.socket_)), id_(std::exchange(other.id_, 0)) {}

WorkerProcess::~WorkerProcess() {
  if (id_ == 0) return;
  ::kill(id_, SIGKILL);  // not reaped yet, so the id is still its own
  while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<FileDescriptor> WorkerProcess::submit(std::string_view request, int answer) {
  TRY(send_message(socket_.get(), request, {answer}));
  ASSIGN_OR_RETURN(LocalMessage reply, receive_message(socket_.get()));
  if (reply.descriptors.size() == 1) return std::move(reply.descriptors.front());
  return fail(ErrorCode::internal, "The query worker cannot be reached",
              reply.text.empty() ? "it ended" : reply.text.substr(0, 200));
}

}  // namespace parley::datasets
