// Dev data: two sample companies to look at, different in all that a tenant can be.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace parley::app::cli {

struct SampleTenant {
  std::string name;
  std::string domain;
  Json settings;
  std::vector<Json> customers;
};

const std::vector<SampleTenant>& sample_tenants();

}  // namespace parley::app::cli
