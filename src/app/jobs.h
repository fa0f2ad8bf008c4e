// Jobs: what the server does by itself: recovery at the start, sweeps every minute, memory given
// back after a burst.
// One of the two places that make Scopes.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/scope.h"
#include "chat/chat.h"
#include "conversations/conversations.h"
#include "files/files.h"
#include "tenants/tenants.h"

namespace parley::app {

class Jobs {
 public:
  struct Parts {  ///< all must outlive the jobs
    tenants::Service& tenants;
    conversations::Service& conversations;
    files::Service& files;
    chat::Service& chat;
  };

  /// `default_domains`: of the tenant that a fresh installation begins with.
  Jobs(Parts parts, std::vector<std::string> default_domains)
      : parts_(parts), default_domains_(std::move(default_domains)) {}

  /// Before the first request: tenants are known and there is one, turns that a crash cut off are
  /// settled.
  Result<void> prepare();

  /// Starts the thread that sweeps and gives memory back; it stops with the object.
  void start();

  /// What has ended is erased, now; start() does it once a minute. One at a time; any thread.
  void sweep();

 private:
  void sweep_locked();

  Parts parts_;
  std::vector<std::string> default_domains_;
  std::mutex mutex_;  ///< held by the sweep that runs
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace parley::app
