// The installation's secrets: made once, at the first start, and kept beside the database.
#pragma once

#include <string>

#include "base/result.h"

namespace parley::app {

inline constexpr const char* secret_key_file = "secret_key";
inline constexpr const char* operator_key_file = "operator.key";

struct Secrets {
  /// `configured`, else the content of <data_directory>/secret_key: visitor tokens and API keys are
  /// stored as HMACs under it.
  std::string secret_key;
  /// The content of <data_directory>/operator.key: an API key of the installation that needs no
  /// row, for the command line. Whoever can read the directory may run the installation.
  std::string operator_key;
};

/// What is absent is made (owner-only, on disk before this returns).
/// Errors: unavailable (cannot read or write it; the message says where).
Result<Secrets> secrets_of(const std::string& configured, const std::string& data_directory);

}  // namespace parley::app
