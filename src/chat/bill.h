// What a turn may cost, and what it did cost.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "budgets/budgets.h"
#include "providers/registry.h"
#include "tenants/tenants.h"

namespace parley::chat {

/// What step ① allowed.
struct Allowance {
  tenants::Unit unit = tenants::Unit::calls;
  budgets::Subject subject;
  budgets::Limits plan;        ///< what is shown as remaining counts by these
  budgets::Limits limits;      ///< reserved under these: raised while a cheaper model answers
  std::string reservation_id;  ///< empty: nothing will be spent
  int64_t attempt_units = 0;   ///< tokens: the most that one attempt of the present step can cost
};

/// What is charged, and what the report says of it.
struct Bill {
  int64_t units = 0;
  budgets::Spent spent;
};

/// Prices are US$ per million tokens, so tokens times price is in millionths. 0 without a price.
double cost_microusd(const std::map<std::string, providers::Price>& prices,
                     const std::string& provider, const providers::Usage& usage);

}  // namespace parley::chat
