// BodySink: where the bytes of one request body go: memory, or beyond a bound an unlinked file.
//
// Loop thread only. Budgets are shared by all connections and given back when the sink dies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"

namespace parley::net {

/// A bounded amount that many share, on one thread.
class Budget {
 public:
  explicit Budget(int64_t max) : max_(max) {}
  bool take(int64_t amount);
  void give_back(int64_t amount) { used_ -= amount; }

 private:
  int64_t max_;
  int64_t used_ = 0;
};

/// What part of a budget one body holds; gives it back at its end.
class BudgetShare {
 public:
  explicit BudgetShare(Budget& budget) : budget_(budget) {}
  BudgetShare(const BudgetShare&) = delete;
  BudgetShare& operator=(const BudgetShare&) = delete;
  ~BudgetShare() { give_back(); }

  bool take(int64_t amount);
  void give_back();

 private:
  Budget& budget_;
  int64_t held_ = 0;
};

class BodySink {
 public:
  struct Bounds {
    BodyPolicy policy;
    int64_t memory_bytes_max = 0;  ///< more goes to a file where the policy allows
    std::string spool_directory;
  };

  /// The budgets must outlive the sink.
  BodySink(Bounds bounds, Budget& memory, Budget& spool);

  /// Refusals: body_too_large, overloaded (a budget is used up), storage_full (the disk is).
  std::optional<Refusal> take(std::string_view bytes);

  /// The body so far; the sink is empty afterwards but keeps its budget shares.
  RequestBody finish();

  int64_t size() const { return body_.size; }

 private:
  std::optional<Refusal> spool(std::string_view bytes);

  Bounds bounds_;
  BudgetShare memory_;
  BudgetShare spool_;
  RequestBody body_;
};

}  // namespace parley::net
