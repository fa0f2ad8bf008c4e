#include "app/memory.h"

#include <malloc.h>

#include <algorithm>
#include <ctime>
#include <thread>
#include <utility>

namespace parley::app {

namespace {

constexpr int64_t busy_ms_min = 50;
constexpr int calls_max = 100;

int64_t process_cpu_ms() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec * 1'000 + used.tv_nsec / 1'000'000;
}

}  // namespace

void limit_heaps() {
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  ::mallopt(M_ARENA_MAX, static_cast<int>(processors));
}

void MemoryKeeper::give_back_in_time() {
  const int64_t now_ms = process_cpu_ms();
  const int64_t used_ms = now_ms - std::exchange(cpu_ms_, now_ms);
  busiest_ms_ = std::max(busiest_ms_, used_ms);
  const bool is_quiet_again = busiest_ms_ >= busy_ms_min && used_ms <= busiest_ms_ / 4;
  if (!is_quiet_again && ++calls_ < calls_max) return;
  ::malloc_trim(0);
  calls_ = 0;
  busiest_ms_ = used_ms;
}

}  // namespace parley::app
