#include "net/body_sink.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

namespace parley::net {

namespace {

FileDescriptor open_unlinked(const std::string& directory) {
  const int fd = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return FileDescriptor(fd);
  // Some file systems (older overlays, network mounts) have no O_TMPFILE.
  std::string name = directory + "/.spool-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return FileDescriptor(named);
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

bool Budget::take(int64_t amount) {
  if (amount > max_ - used_) return false;
  used_ += amount;
  return true;
}

bool BudgetShare::take(int64_t amount) {
  if (!budget_->take(amount)) return false;
  held_ += amount;
  return true;
}

void BudgetShare::give_back() {
  budget_->give_back(held_);
  held_ = 0;
}

BodySink::BodySink(Bounds bounds, std::shared_ptr<Budget> memory, std::shared_ptr<Budget> spool)
    : bounds_(std::move(bounds)),
      shares_(std::make_shared<Shares>(std::move(memory), std::move(spool))) {}

std::optional<Refusal> BodySink::take(std::string_view bytes) {
  const int64_t count = static_cast<int64_t>(bytes.size());
  if (count > bounds_.policy.bytes_max - body_.size) return Refusal::body_too_large;
  const bool fits_memory = body_.size + count <= bounds_.memory_bytes_max;
  if (body_.file.is_open() || (bounds_.policy.may_spool && !fits_memory)) return spool(bytes);
  if (!shares_->memory.take(count)) return Refusal::overloaded;
  body_.bytes.append(bytes);
  body_.size += count;
  return std::nullopt;
}

std::optional<Refusal> BodySink::spool(std::string_view bytes) {
  const int64_t moved = body_.file.is_open() ? 0 : body_.size;
  if (!shares_->spool.take(moved + static_cast<int64_t>(bytes.size()))) return Refusal::overloaded;
  if (!body_.file.is_open()) {
    body_.file = open_unlinked(bounds_.spool_directory);
    if (!body_.file.is_open() || !write_all(body_.file.get(), body_.bytes)) {
      return Refusal::storage_full;
    }
    body_.bytes = {};
    shares_->memory.give_back();
  }
  if (!write_all(body_.file.get(), bytes)) return Refusal::storage_full;
  body_.size += static_cast<int64_t>(bytes.size());
  return std::nullopt;
}

RequestBody BodySink::finish() {
  body_.budget_shares = std::move(shares_);
  return std::move(body_);
}

}  // namespace parley::net
