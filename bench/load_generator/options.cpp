#include "bench/load_generator/options.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

namespace parley::bench {
namespace {

/// Records "<decimal length>\n<bytes of one request>".
std::vector<std::string> read_requests(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> requests;
  for (size_t at = 0; at < all.size();) {
    const size_t line_end = all.find('\n', at);
    const size_t size = std::strtoull(all.c_str() + at, nullptr, 10);
    requests.push_back(all.substr(line_end + 1, size));
    at = line_end + 1 + size;
  }
  return requests;
}

bool set(Options& options, std::string_view name, double value) {
  if (name == "connections") options.connections = static_cast<size_t>(value);
  if (name == "count") options.count = static_cast<size_t>(value);
  if (name == "seconds") options.seconds = value;
  if (name == "rate") options.rate = value;
  if (name == "spread_ms") options.spread_ms = value;
  if (name == "tokens") options.tokens = static_cast<size_t>(value);
  return name == "connections" || name == "count" || name == "seconds" || name == "rate" ||
         name == "spread_ms" || name == "tokens";
}

}  // namespace

std::optional<Options> parse_options(int count, char** arguments) {
  constexpr int named_begin = 3;
  if (count < named_begin) {
    fmt::print(stderr, "usage: load_generator PORT REQUESTS [NAME=NUMBER...]\n");
    return std::nullopt;
  }
  Options options;
  options.port = static_cast<uint16_t>(std::atoi(arguments[1]));
  options.requests = read_requests(arguments[2]);
  for (int i = named_begin; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const size_t equals = argument.find('=');
    if (equals == std::string_view::npos ||
        !set(options, argument.substr(0, equals), std::atof(arguments[i] + equals + 1))) {
      fmt::print(stderr, "unknown: {}\n", argument);
      return std::nullopt;
    }
  }
  if (options.requests.empty() || options.connections == 0) {
    fmt::print(stderr, "no requests in {}, or no connections\n", arguments[2]);
    return std::nullopt;
  }
  return options;
}

}  // namespace parley::bench
