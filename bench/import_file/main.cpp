// Imports one file as a server would and prints how long that took and what memory it needed.
// Usage: import_file FILE.csv OUT.db
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>

#include "base/file_descriptor.h"
#include "datasets/import.h"

namespace {

/// Not of getrusage(): that counts what the parent had before it started this program.
long peak_kb() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word && word != "VmHWM:") {
  }
  long kilobytes = 0;
  status >> kilobytes;
  return kilobytes;
}

}  // namespace

int main(int count, char** arguments) {
  using namespace parley;
  if (count != 3) return 2;
  const FileDescriptor in(::open(arguments[1], O_RDONLY | O_CLOEXEC));
  const FileDescriptor out(::open(arguments[2], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  struct stat facts {};
  if (!in.is_open() || !out.is_open() || ::fstat(in.get(), &facts) != 0) return 2;

  auto source = formats::ByteSource::of_file(in.get(), 0, facts.st_size);
  datasets::ImportOptions options;
  options.limits.csv.rows_max = 1'000'000'000;
  options.limits.json.nodes_max = 1'000'000'000;
  options.file_name = arguments[1];
  const bool is_json = options.file_name.ends_with(".json");
  const auto type = is_json ? formats::FileType::json : formats::FileType::csv;
  const long before_kb = peak_kb();
  const auto began = std::chrono::steady_clock::now();
  const auto dataset = datasets::import_file(source, type, options, arguments[2], {});
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
  if (!dataset) {
    std::fprintf(stderr, "%s\n", dataset.error().message.c_str());
    return 1;
  }
  std::printf("{\"milliseconds\":%.1f,\"growthKb\":%ld,\"rows\":%lld}\n", took.count(),
              peak_kb() - before_kb, static_cast<long long>(dataset->tables.front().rows));
  return 0;
}
