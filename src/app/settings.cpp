#include "app/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/numbers.h"
#include "base/text.h"

namespace parley::app {

namespace {

constexpr std::string_view mask = "********";

std::string to_upper(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

const Setting* find_setting(std::string_view name) {
  const auto& table = settings_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const Setting& setting) { return setting.name == name; });
  return found == table.end() ? nullptr : &*found;
}

/// Edit distance, for "did you mean".
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, substituted}));
    }
  }
  return row.back();
}

Error unknown_setting(std::string_view name, const std::string& source) {
  const auto& table = settings_table();
  const auto nearest =
      std::min_element(table.begin(), table.end(), [&](const Setting& a, const Setting& b) {
        return distance(a.name, name) < distance(b.name, name);
      });
  return {ErrorCode::invalid,
          fmt::format("{}: unknown setting \"{}\". Did you mean \"{}\"? `parley config` lists all.",
                      source, to_upper(name), to_upper(nearest->name))};
}

std::optional<bool> parse_boolean(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  if (lower == "true" || lower == "1" || lower == "yes" || lower == "on") return true;
  if (lower == "false" || lower == "0" || lower == "no" || lower == "off") return false;
  return std::nullopt;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view item = trim(text.substr(0, comma));
    if (!item.empty()) out.emplace_back(item);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return out;
}

/// Empty if `text` fits; else what would fit.
std::string misfit(const Setting& setting, const std::string& text) {
  switch (setting.type) {
    case SettingType::integer: {
      const auto number = parse_number<int64_t>(text);
      if (number && *number >= setting.min && *number <= setting.max) return {};
      return fmt::format("a whole number from {} to {} {}", setting.min, setting.max, setting.unit);
    }
    case SettingType::boolean:
      return parse_boolean(text) ? "" : "true or false";
    case SettingType::choice:
      if (std::find(setting.choices.begin(), setting.choices.end(), text) !=
          setting.choices.end()) {
        return {};
      }
      return fmt::format("one of {}", fmt::join(setting.choices, ", "));
    case SettingType::numbers: {
      const auto parts = split(text);
      const bool fits = parts.size() == 3 && std::all_of(parts.begin(), parts.end(), [](auto& p) {
                          return parse_number<double>(p).value_or(-1) >= 0;
                        });
      return fits ? "" : "three numbers, separated by commas";
    }
    case SettingType::text:
    case SettingType::list:
      return {};
  }
  return {};
}

std::string unquoted(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    return std::string(value.substr(1, value.size() - 2));
  }
  const size_t comment = value.find(" #");
  return std::string(trim(value.substr(0, comment)));
}

Result<std::string> text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return dump(value);
  if (value.is_null()) return std::string();
  if (!value.is_array()) return fail(ErrorCode::invalid, "a string, number, true, false or list");
  std::vector<std::string> items;
  for (const Json& item : value) {
    if (!item.is_string()) return fail(ErrorCode::invalid, "a list of strings");
    items.push_back(item.get<std::string>());
  }
  return fmt::format("{}", fmt::join(items, ","));
}

}  // namespace

Result<void> Settings::apply(std::string_view name, std::string text, const std::string& source) {
  const Setting* setting = find_setting(name);
  if (setting == nullptr) return fail(unknown_setting(name, source));
  // An empty variable means "not set", as in `KEY=` of an .env file.
  if (text.empty() && setting->type != SettingType::text && setting->type != SettingType::list) {
    return {};
  }
  if (const std::string expected = misfit(*setting, text); !expected.empty()) {
    return fail(ErrorCode::invalid,
                fmt::format("{}: {} is \"{}\" but must be {}.", source, to_upper(name),
                            setting->secret ? mask : text, expected));
  }
  values_[setting->name] = {std::move(text), source};
  return {};
}

Result<void> Settings::apply_json(const std::string& path, const std::string& source) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::ostringstream text;
  text << file.rdbuf();
  const auto object = parse_json(text.str());
  if (!object || !object->is_object()) {
    return fail(ErrorCode::invalid, fmt::format("{}: not a JSON object. {}", source,
                                                object ? "" : object.error().message));
  }
  for (const auto& [name, value] : object->items()) {
    auto value_text = text_of(value);
    if (!value_text) {
      return fail(ErrorCode::invalid, fmt::format("{}: {} must be {}.", source, to_upper(name),
                                                  value_text.error().message));
    }
    TRY(apply(name, std::move(*value_text), source));
  }
  return {};
}

Result<void> Settings::apply_env_file(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::string_view rest = trim(line);
    if (rest.empty() || rest.starts_with('#')) continue;
    if (rest.starts_with("export ")) rest = trim(rest.substr(7));
    const size_t equals = rest.find('=');
    const std::string source = fmt::format("{}:{}", path, number);
    if (equals == std::string_view::npos) {
      return fail(ErrorCode::invalid, fmt::format("{}: a line must read NAME=value.", source));
    }
    TRY(apply(to_lower_ascii(trim(rest.substr(0, equals))), unquoted(trim(rest.substr(equals + 1))),
              source));
  }
  return {};
}

Result<Settings> Settings::load(const SettingSources& sources) {
  Settings out;
  for (const Setting& setting : settings_table()) {
    out.values_[setting.name] = {setting.default_value, "default"};
  }
  // The profile decides which file is read, so it is looked up in the upper layers first.
  Settings upper = out;
  TRY(upper.apply_env_file(sources.env_file));
  const auto profile = sources.environment.find("APP_PROFILE");
  if (profile != sources.environment.end()) {
    TRY(upper.apply("app_profile", profile->second, "environment"));
  }
  const std::string name = upper.text("app_profile");
  TRY(out.apply_json(sources.config_directory + "/base.json", "config/base.json"));
  TRY(out.apply_json(fmt::format("{}/{}.json", sources.config_directory, name),
                     fmt::format("config/{}.json", name)));
  TRY(out.apply_env_file(sources.env_file));
  for (const Setting& setting : settings_table()) {
    const auto found = sources.environment.find(to_upper(setting.name));
    if (found == sources.environment.end()) continue;
    TRY(out.apply(setting.name, found->second, "environment"));
  }
  return out;
}

const std::string& Settings::text(std::string_view name) const {
  return values_.find(name)->second.text;
}

int64_t Settings::integer(std::string_view name) const {
  return parse_number<int64_t>(text(name)).value_or(0);
}

bool Settings::flag(std::string_view name) const {
  return parse_boolean(text(name)).value_or(false);
}

std::vector<std::string> Settings::list(std::string_view name) const {
  return split(text(name));
}

std::vector<double> Settings::numbers(std::string_view name) const {
  std::vector<double> out;
  for (const std::string& item : split(text(name))) {
    out.push_back(parse_number<double>(item).value_or(0));
  }
  return out;
}

const std::string& Settings::source(std::string_view name) const {
  return values_.find(name)->second.source;
}

std::string Settings::describe() const {
  std::string out;
  for (const Setting& setting : settings_table()) {
    const std::string& value = text(setting.name);
    out += fmt::format("{:<30} {:<40} {}\n", to_upper(setting.name),
                       setting.secret && !value.empty() ? mask : value, source(setting.name));
  }
  return out;
}

std::string settings_markdown() {
  std::string out = "| Variable | Default | Unit and bounds | What it does |\n|---|---|---|---|\n";
  for (const Setting& setting : settings_table()) {
    std::string bounds = setting.unit;
    if (setting.type == SettingType::integer) {
      bounds = fmt::format("{}{}{} to {}", setting.unit, setting.unit.empty() ? "" : ", ",
                           setting.min, setting.max);
    }
    if (!setting.choices.empty()) bounds = fmt::format("{}", fmt::join(setting.choices, ", "));
    if (setting.type == SettingType::list) bounds = "separated by commas";
    if (setting.secret) bounds = "secret";
    out += fmt::format("| `{}` | {} | {} | {} |\n", to_upper(setting.name),
                       setting.default_value.empty() ? "" : "`" + setting.default_value + "`",
                       bounds, setting.description);
  }
  return out;
}

}  // namespace parley::app
