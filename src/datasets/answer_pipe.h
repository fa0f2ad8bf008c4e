// AnswerPipe: the pipe that one statement's answer comes through, read within bounds.
//
// Its writer runs a statement that nobody trusts: it may write anything, or nothing, and at any
// pace. Threads: one.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace parley::datasets {

class AnswerPipe {
 public:
  /// Errors: internal (no descriptors are left).
  static Result<AnswerPipe> open();

  /// The end to give away; open until close_writer().
  int writer() const { return writer_.get(); }
  void close_writer() { writer_ = FileDescriptor(); }

  enum class End { complete, late, broken, too_long };
  /// Reads one frame into `text` until it is complete, `until` has passed, or the writer is gone.
  End read(size_t bytes_max, std::chrono::steady_clock::time_point until, std::string& text);

 private:
  AnswerPipe(int reader, int writer) : reader_(reader), writer_(writer) {}

  FileDescriptor reader_;
  FileDescriptor writer_;
};

}  // namespace parley::datasets
