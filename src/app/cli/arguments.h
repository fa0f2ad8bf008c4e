// Arguments: what stands behind a command's name: words, and options with or without a value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace parley::app::cli {

struct OptionSpec {
  std::string_view name;   ///< "--domain"
  std::string_view value;  ///< what it takes, as help shows it: "DOMAIN"; empty: nothing
  bool may_repeat = false;
};

class Arguments {
 public:
  /// `--name value` or `--name=value`; what follows `--` are words. Errors: invalid (an unknown or
  /// repeated option, a missing value, too few or too many words).
  static Result<Arguments> parse(const std::vector<std::string>& given,
                                 const std::vector<OptionSpec>& options, size_t words_min,
                                 size_t words_max);

  /// The word at `index`; nullopt: fewer were given.
  std::optional<std::string> word(size_t index) const;
  bool has(std::string_view option) const { return values_.contains(option); }
  std::optional<std::string> value(std::string_view option) const;
  std::vector<std::string> values(std::string_view option) const;

 private:
  Result<size_t> take_option(const std::vector<std::string>& given, size_t at,
                             const std::vector<OptionSpec>& options);

  std::vector<std::string> words_;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace parley::app::cli
