// Progress: how far an import is, over its passes through the source.
//
// Threads: one; borrows the source.
#pragma once

#include <algorithm>
#include <cstdint>

#include "datasets/import.h"

namespace parley::datasets {

class Progress {
 public:
  Progress(const formats::ByteSource& source, const OnProgress& on_progress, int passes)
      : source_(source), on_progress_(on_progress), passes_(passes) {
    report(0);
  }

  /// To be called often; reports once for each block.
  void update() {
    const int64_t position = source_.position_bytes();
    if (position == position_) return;
    position_ = position;
    report(passes_done_ * source_.size_bytes() + position);
  }

  void end_pass() {
    passes_done_ = std::min(passes_done_ + 1, passes_);
    position_ = 0;
    report(passes_done_ * source_.size_bytes());
  }

 private:
  /// A pass may have to be repeated: then it stands still for a while.
  void report(int64_t bytes) {
    const int64_t total = passes_ * source_.size_bytes();
    if (bytes < reported_ || bytes > total || !on_progress_) return;
    reported_ = bytes;
    on_progress_(bytes, total);
  }

  const formats::ByteSource& source_;
  const OnProgress& on_progress_;
  int64_t passes_;
  int64_t passes_done_ = 0;
  int64_t position_ = 0;
  int64_t reported_ = 0;
};

}  // namespace parley::datasets
