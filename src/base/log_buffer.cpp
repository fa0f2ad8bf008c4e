#include "base/log_buffer.h"

#include <chrono>

namespace parley {

namespace {

constexpr std::chrono::milliseconds gathering{10};
constexpr size_t bytes_max = 256 * 1024;

}  // namespace

LogBuffer::LogBuffer(Write write)
    : write_(std::move(write)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

LogBuffer::~LogBuffer() {
  thread_.request_stop();
  thread_.join();
  flush();
}

void LogBuffer::add(std::string_view line) {
  bool is_first = false;
  bool is_full = false;
  {
    const std::lock_guard lock(mutex_);
    is_first = lines_.empty();
    lines_.append(line).append("\n");
    is_full = lines_.size() >= bytes_max;
  }
  if (is_full) return flush();
  if (is_first) arrived_.notify_one();
}

void LogBuffer::flush() {
  const std::lock_guard writing(writing_);
  std::string lines;
  {
    const std::lock_guard lock(mutex_);
    lines.swap(lines_);
  }
  if (!lines.empty()) write_(std::string_view(lines).substr(0, lines.size() - 1));
}

void LogBuffer::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (arrived_.wait(lock, stop, [this] { return !lines_.empty(); })) {
    arrived_.wait_for(lock, stop, gathering, [] { return false; });
    lock.unlock();
    flush();
    lock.lock();
  }
}

}  // namespace parley
