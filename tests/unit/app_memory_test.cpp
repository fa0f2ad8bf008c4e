#include <gtest/gtest.h>
#include <malloc.h>

#include <barrier>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/memory.h"

namespace parley::app {
namespace {

/// The heaps of this process, as the C library counts them.
unsigned count_heaps() {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* file = ::open_memstream(&text, &size);
  ::malloc_info(0, file);
  std::fclose(file);
  const std::string told(text, size);
  std::free(text);
  unsigned heaps = 0;
  for (size_t at = 0; (at = told.find("<heap ", at)) != std::string::npos; ++at) ++heaps;
  return heaps;
}

/// By `count` threads that all live at one time: each gets a heap of its own while there may be
/// more.
void allocate_by_threads(unsigned count) {
  std::barrier everybody(count);
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < count; ++i) {
    threads.emplace_back([&everybody] {
      const auto memory = std::make_unique<std::string>(10'000, 'x');
      everybody.arrive_and_wait();
    });
  }
}

TEST(Memory, HasNoMoreHeapsThanProcessors) {
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  const auto heaps_left_over = [&] {
    limit_heaps();
    allocate_by_threads(processors + 4);
    std::exit(count_heaps() <= processors ? EXIT_SUCCESS : EXIT_FAILURE);
  };
  // In a process of its own: how many heaps there are is settled once.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(heaps_left_over(), testing::ExitedWithCode(EXIT_SUCCESS), "");
}

}  // namespace
}  // namespace parley::app
