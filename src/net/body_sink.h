// BodySink: where the bytes of one request body go: memory, or beyond a bound an unlinked file.
//
// Loop thread only. Budgets are shared by all connections; a body holds its part of them for as
// long as its bytes are there, whoever has them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "net/message.h"

namespace parley::net {

/// A bounded amount that many share. One thread takes, any gives back.
class Budget {
 public:
  explicit Budget(int64_t max) : max_(max) {}
  bool take(int64_t amount);
  void give_back(int64_t amount) { used_ -= amount; }

 private:
  const int64_t max_;
  std::atomic<int64_t> used_ = 0;
};

/// What part of a budget one body holds; gives it back at its end, which may come after the door's.
class BudgetShare {
 public:
  explicit BudgetShare(std::shared_ptr<Budget> budget) : budget_(std::move(budget)) {}
  BudgetShare(const BudgetShare&) = delete;
  BudgetShare& operator=(const BudgetShare&) = delete;
  ~BudgetShare() { give_back(); }

  bool take(int64_t amount);
  void give_back();

 private:
  const std::shared_ptr<Budget> budget_;
  int64_t held_ = 0;
};

class BodySink {
 public:
  struct Bounds {
    BodyPolicy policy;
    int64_t memory_bytes_max = 0;  ///< more goes to a file where the policy allows
    std::string spool_directory;
  };

  BodySink(Bounds bounds, std::shared_ptr<Budget> memory, std::shared_ptr<Budget> spool);

  /// Refusals: body_too_large, overloaded (a budget is used up), storage_full (the disk is).
  std::optional<Refusal> take(std::string_view bytes);

  /// The body with its budget shares; the sink is done afterwards.
  RequestBody finish();

  int64_t size() const { return body_.size; }

 private:
  struct Shares {
    Shares(std::shared_ptr<Budget> of_memory, std::shared_ptr<Budget> of_spool)
        : memory(std::move(of_memory)), spool(std::move(of_spool)) {}
    BudgetShare memory;
    BudgetShare spool;
  };

  std::optional<Refusal> spool(std::string_view bytes);

  Bounds bounds_;
  std::shared_ptr<Shares> shares_;
  RequestBody body_;
};

}  // namespace parley::net
