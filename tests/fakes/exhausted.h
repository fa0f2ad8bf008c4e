// A process that has run out: while one of these lives, nobody in it gets another thread or
// descriptor. What is there already stays usable.
#pragma once

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>

namespace parley::fakes {

/// The system says EAGAIN, as at its limit of processes: no address space holds such a stack. (That
/// limit itself does not count for root.)
class NoThreadsLeft {
 public:
  NoThreadsLeft() {
    pthread_getattr_default_np(&former_);
    pthread_attr_t changed;
    pthread_attr_init(&changed);
    pthread_attr_setstacksize(&changed, size_t{1} << 60U);
    pthread_setattr_default_np(&changed);
    pthread_attr_destroy(&changed);
  }
  ~NoThreadsLeft() {
    pthread_setattr_default_np(&former_);
    pthread_attr_destroy(&former_);
  }
  NoThreadsLeft(const NoThreadsLeft&) = delete;
  NoThreadsLeft& operator=(const NoThreadsLeft&) = delete;

 private:
  pthread_attr_t former_;
};

/// UBSan, which runs with ASan, needs descriptors itself to tell what an object is; without them it
/// reports good ones. Tests are skipped under it: those under TSan do the same.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool sanitizer_needs_descriptors = true;
#else
inline constexpr bool sanitizer_needs_descriptors = false;
#endif

/// EMFILE; one that is closed meanwhile can be had again.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    const int next = ::dup(STDIN_FILENO);
    ::close(next);
    ::getrlimit(RLIMIT_NOFILE, &former_);
    const rlimit none{static_cast<rlim_t>(next), former_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &former_); }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;

 private:
  rlimit former_{};
};

}  // namespace parley::fakes
