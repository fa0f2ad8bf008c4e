// LogBuffer: lines that gather for a hundredth of a second and are then written together. A busy
// server writes thousands of lines a second; one system call for each costs as much as an answer.
//
// One thread, which sleeps while there is nothing. Order is kept. Threads: any.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace parley {

class LogBuffer {
 public:
  using Write = std::function<void(std::string_view lines)>;

  /// `write` is called by one thread at a time, with whole lines, the last without its line end.
  explicit LogBuffer(Write write);

  /// Writes what is there.
  ~LogBuffer();

  /// Takes a line without its line end. At bytes_max the caller writes, so that a stuck reader of
  /// the log costs no memory.
  void add(std::string_view line);

  /// Returns when all that was added before is written.
  void flush();

 private:
  void run(const std::stop_token& stop);

  const Write write_;
  std::mutex writing_;  ///< held from taking the lines until they are written; before mutex_
  std::mutex mutex_;    ///< guards what follows
  std::condition_variable_any arrived_;
  std::string lines_;
  std::jthread thread_;  ///< last: starts when all else is there
};

}  // namespace parley
