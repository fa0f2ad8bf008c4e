// Settings: one table, read once. Layers: default < config/base.json < config/<profile>.json <
// .env < environment. Unknown or bad values end the start-up with the setting's name and the fix.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::app {

enum class SettingType { text, integer, boolean, list, choice, numbers };

/// One row of the table. The name in JSON files is lower case, in .env and environment upper case.
struct Setting {
  std::string name;
  SettingType type;
  std::string default_value;
  std::string description;
  std::string unit = {};
  int64_t min = 0;
  int64_t max = 0;                        ///< of an integer; min == max: unbounded
  std::vector<std::string> choices = {};  ///< of a choice
  bool secret = false;
};

/// The whole table, in the order it is documented.
const std::vector<Setting>& settings_table();

/// Where values come from; all injected, so tests need no process environment.
struct SettingSources {
  std::map<std::string, std::string> environment;
  std::string env_file = ".env";  ///< may be absent
  std::string config_directory = "config";
};

class Settings {
 public:
  /// Errors: invalid; the message names the setting, where it came from, and the fix.
  static Result<Settings> load(const SettingSources& sources);

  // REQUIRES: `name` is in the table and of that type.
  const std::string& text(std::string_view name) const;
  int64_t integer(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::vector<std::string> list(std::string_view name) const;
  std::vector<double> numbers(std::string_view name) const;

  /// "default", "config/base.json", ".env", "environment", …
  const std::string& source(std::string_view name) const;

  /// `parley config`: name, value (secrets masked), source.
  std::string describe() const;

 private:
  struct Value {
    std::string text;
    std::string source;
  };
  Result<void> apply(std::string_view name, std::string text, const std::string& source);
  Result<void> apply_json(const std::string& path, const std::string& source);
  Result<void> apply_env_file(const std::string& path);

  std::map<std::string, Value, std::less<>> values_;
};

/// config/README.md's table.
std::string settings_markdown();

}  // namespace parley::app
