#include "app/cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>

namespace parley::app::cli {

/// The index behind the option at `at` and its value.
Result<size_t> Arguments::take_option(const std::vector<std::string>& given, size_t at,
                                      const std::vector<OptionSpec>& options) {
  const std::string& text = given[at];
  const size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto spec = std::find_if(options.begin(), options.end(),
                                 [&](const OptionSpec& option) { return option.name == name; });
  if (spec == options.end()) {
    return fail(ErrorCode::invalid, fmt::format("unknown option \"{}\"", name));
  }
  auto& values = values_[name];
  if (!values.empty() && !spec->may_repeat) {
    return fail(ErrorCode::invalid, fmt::format("{} is given twice", name));
  }
  const bool has_own = equals != std::string::npos;
  if (spec->value.empty()) {
    if (has_own) return fail(ErrorCode::invalid, fmt::format("{} takes no value", name));
    values.emplace_back();
    return at + 1;
  }
  if (!has_own && at + 1 >= given.size()) {
    return fail(ErrorCode::invalid, fmt::format("{} needs a value: {}", name, spec->value));
  }
  values.push_back(has_own ? text.substr(equals + 1) : given[at + 1]);
  return at + (has_own ? 1 : 2);
}

Result<Arguments> Arguments::parse(const std::vector<std::string>& given,
                                   const std::vector<OptionSpec>& options, size_t words_min,
                                   size_t words_max) {
  Arguments out;
  bool only_words = false;
  for (size_t at = 0; at < given.size();) {
    const std::string& text = given[at];
    if (!only_words && text == "--") {
      only_words = true;
      ++at;
    } else if (!only_words && text.size() > 1 && text.starts_with('-')) {
      ASSIGN_OR_RETURN(at, out.take_option(given, at, options));
    } else {
      out.words_.push_back(text);
      ++at;
    }
  }
  if (out.words_.size() < words_min) return fail(ErrorCode::invalid, "something is missing");
  if (out.words_.size() > words_max) {
    return fail(ErrorCode::invalid,
                fmt::format("\"{}\" is one word too many", out.words_[words_max]));
  }
  return out;
}

std::optional<std::string> Arguments::word(size_t index) const {
  return index < words_.size() ? std::optional(words_[index]) : std::nullopt;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::nullopt : std::optional(found->second.back());
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace parley::app::cli
