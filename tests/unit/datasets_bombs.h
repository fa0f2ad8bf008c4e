// Statements that try to take all the time or memory there is; over the tables of SalesData.
#pragma once

#include <string>
#include <vector>

namespace parley::datasets {

/// At least 100; each must end with a typed error or a bounded result.
std::vector<std::string> bombs();

}  // namespace parley::datasets
