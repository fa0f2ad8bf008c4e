// Calls: one prompt, one answer, and the tenant's history of them (documents 000/001). A call is a
// conversation of kind `call` with one turn, which chat::Service runs like any other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/result.h"
#include "base/scope.h"
#include "budgets/budgets.h"
#include "chat/chat.h"
#include "conversations/conversations.h"
#include "tenants/tenants.h"

namespace parley::chat {

struct CallOptions {
  bool is_open = false;          ///< anybody may call, unless a tenant's settings say otherwise
  bool is_history_open = false;  ///< and read all calls
};

struct CallRequest {
  std::string prompt;  ///< not empty
  std::string model;   ///< of the provider, or a provider's name; empty: the default
  std::optional<int64_t> seed;
  std::string customer_id;  ///< a UUID, or empty; one that is not the tenant's is ignored
  std::string request_id;
};

/// A tenant's calls and what they used of its budget.
struct CallHistory {
  std::vector<conversations::Call> calls;  ///< newest first
  int64_t total = 0;
  std::string tenant;  ///< its name
  int64_t tokens_used = 0;
  int64_t tokens_limit = 0;  ///< 0: none
};

inline constexpr int64_t calls_listed_max = 100;
inline constexpr int64_t calls_listed_default = 50;

/// Threads: any.
class Calls {
 public:
  struct Parts {  ///< all must outlive the object
    Service& chat;
    conversations::Service& conversations;
    tenants::Service& tenants;
    budgets::Service& budgets;
    providers::Registry& providers;
    Entropy& entropy;
  };

  Calls(CallOptions options, Parts parts) : options_(options), parts_(parts) {}

  /// Before the request is read. Errors: unauthorized ("API key required"), rate_limited.
  Result<void> admit(const Scope& scope);

  /// Errors: those of Service::send.
  Result<std::shared_ptr<Turn>> start(const Scope& scope, CallRequest request);

  /// 0 ≤ offset; of `limit` at most calls_listed_max. Errors: unauthorized ("API key required").
  Result<CallHistory> history(const Scope& scope, int64_t limit, int64_t offset);

  std::string tenant_name(const Scope& scope) const;

 private:
  bool is_open(const Scope& scope, std::optional<bool> tenants::Openness::*setting,
               bool otherwise) const;

  const CallOptions options_;
  const Parts parts_;
};

}  // namespace parley::chat
