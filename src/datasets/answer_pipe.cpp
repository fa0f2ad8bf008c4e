#include "datasets/answer_pipe.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "datasets/worker_protocol.h"

namespace parley::datasets {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Whether there is something to read, or the end of it, before `until`.
bool wait_for_bytes(int reader, SteadyClock::time_point until) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now());
    if (left.count() <= 0) return false;
    pollfd entry = {reader, POLLIN, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(std::min<int64_t>(left.count(), 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // read() will say what is wrong
  }
}

}  // namespace

Result<AnswerPipe> AnswerPipe::open() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::internal, "The query cannot be started", std::strerror(errno));
  }
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return AnswerPipe(ends[0], ends[1]);
}

AnswerPipe::End AnswerPipe::read(size_t bytes_max, SteadyClock::time_point until,
                                 std::string& text) {
  std::array<char, 64 * 1024> block;
  text.clear();
  while (true) {
    if (!wait_for_bytes(reader_.get(), until)) return End::late;
    const ssize_t count = ::read(reader_.get(), block.data(), block.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) return End::broken;
    text.append(block.data(), static_cast<size_t>(count));
    if (text.size() < frame_head_bytes) continue;
    const auto length = frame_length(text);
    if (!length) return End::broken;
    if (*length > bytes_max || text.size() - frame_head_bytes > *length) return End::too_long;
    if (text.size() - frame_head_bytes < *length) continue;
    text.erase(0, frame_head_bytes);
    return End::complete;
  }
}

}  // namespace parley::datasets
