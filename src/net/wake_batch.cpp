#include "net/wake_batch.h"

#include <utility>

namespace parley::net {

namespace {

thread_local WakeBatch* batch_of_thread = nullptr;

}  // namespace

WakeBatch::WakeBatch() {
  batch_of_thread = this;
}

WakeBatch::~WakeBatch() {
  batch_of_thread = nullptr;
  for (const auto& wake : wakes_) wake();
}

void WakeBatch::run(std::function<void()> wake) {
  if (batch_of_thread == nullptr) return wake();
  batch_of_thread->wakes_.push_back(std::move(wake));
}

}  // namespace parley::net
