#include "datasets/runner.h"

#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>

#include "base/text.h"
#include "datasets/answer_pipe.h"
#include "datasets/pidfd.h"
#include "datasets/places.h"
#include "datasets/statement.h"
#include "datasets/worker_process.h"
#include "datasets/worker_protocol.h"

namespace parley::datasets {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t paths_max = 10;
// The worker stops at its deadline by itself; an opcode that does not end is killed then.
constexpr std::chrono::milliseconds grace(50);

Result<void> check(const Query& query) {
  if (query.paths.empty() || query.paths.size() > paths_max) {
    return fail(ErrorCode::invalid, fmt::format("a query reads 1 to {} files", paths_max));
  }
  if (query.sql.size() > sql_bytes_max) {
    return fail(ErrorCode::invalid,
                fmt::format("the statement is longer than {} bytes", sql_bytes_max));
  }
  if (query.sql.find('\0') != std::string::npos || !is_valid_utf8(query.sql)) {
    return fail(ErrorCode::invalid, "the statement is not text in UTF-8");
  }
  return {};
}

void kill_child(int pidfd) {
  send_signal(pidfd, SIGKILL);
}

/// A child that answers a statement; killed when this object goes.
struct Child {
  AnswerPipe pipe;
  FileDescriptor pidfd;

  Child(AnswerPipe answers, FileDescriptor process)
      : pipe(std::move(answers)), pidfd(std::move(process)) {}
  Child(Child&&) = default;
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (pidfd.is_open()) kill_child(pidfd.get());
  }
};

}  // namespace

struct Runner::Impl {
  explicit Impl(RunnerOptions given)
      : options(std::move(given)),
        places({options.running_max, options.per_owner_max, options.wait_ms_max}) {}

  Result<Child> start_child(const Query& query);
  Result<Child> try_child(const std::string& request);
  Result<QueryResult> wait_for(Child child, const Query& query, SteadyClock::time_point until,
                               const std::stop_token& stop);

  const RunnerOptions options;
  Places places;
  std::atomic<int64_t> queries_total = 0;
  std::atomic<int64_t> killed_total = 0;
  std::mutex mutex;                      // guards what follows
  std::optional<WorkerProcess> process;  // forks the children
};

Result<Child> Runner::Impl::try_child(const std::string& request) {
  ASSIGN_OR_RETURN(AnswerPipe pipe, AnswerPipe::open());
  auto pidfd = process->submit(request, pipe.writer());
  if (!pidfd) {
    process.reset();  // what it still does is not known: the next one starts afresh
    return fail(std::move(pidfd).error());
  }
  pipe.close_writer();
  return Child(std::move(pipe), std::move(*pidfd));
}

Result<Child> Runner::Impl::start_child(const Query& query) {
  const std::string request = encode_request(query);
  const std::lock_guard lock(mutex);
  if (process) {
    if (auto child = try_child(request)) return child;
  }
  ASSIGN_OR_RETURN(WorkerProcess started, WorkerProcess::start(options.worker_command));
  process.emplace(std::move(started));
  return try_child(request);
}

Result<QueryResult> Runner::Impl::wait_for(Child child, const Query& query,
                                           SteadyClock::time_point until,
                                           const std::stop_token& stop) {
  const std::stop_callback on_stop(stop, [&child] { kill_child(child.pidfd.get()); });
  std::string answer;
  const auto end = child.pipe.read(answer_bytes_max(query.limits), until, answer);
  if (stop.stop_requested()) return fail(ErrorCode::unavailable, "The query was stopped");
  if (end == AnswerPipe::End::complete) return decode_answer(answer, query.limits);
  if (end == AnswerPipe::End::late) {
    ++killed_total;
    return fail(deadline_error(query.limits));
  }
  const bool is_long = end == AnswerPipe::End::too_long;
  return fail(ErrorCode::internal, "The query worker broke",
              is_long ? "it wrote too much" : "it ended without an answer");
}

Runner::Runner(RunnerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Runner::~Runner() = default;

Result<QueryResult> Runner::run(const std::string& owner, const Query& query,
                                const std::stop_token& stop) {
  TRY(check(query));
  ASSIGN_OR_RETURN(const Places::Place place, impl_->places.take(owner, stop));
  ++impl_->queries_total;
  ASSIGN_OR_RETURN(Child child, impl_->start_child(query));
  const auto until =
      SteadyClock::now() + std::chrono::milliseconds(query.limits.deadline_ms) + grace;
  return impl_->wait_for(std::move(child), query, until, stop);
}

RunnerStatistics Runner::statistics() const {
  return {impl_->queries_total, impl_->killed_total, impl_->places.running()};
}

}  // namespace parley::datasets
