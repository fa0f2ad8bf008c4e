// The installation's secret: from SECRET_KEY, or made once and kept beside the database.
#pragma once

#include <string>

#include "base/entropy.h"
#include "base/result.h"

namespace parley::app {

/// `configured` if it is not empty; else the content of <data_directory>/secret_key, which is made
/// (owner-only, on disk before this returns) when absent.
/// Errors: unavailable (cannot read or write it; the message says where).
Result<std::string> secret_key(const std::string& configured, const std::string& data_directory,
                               Entropy& entropy);

}  // namespace parley::app
