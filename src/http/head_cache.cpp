#include "http/head_cache.h"

namespace parley::http {

namespace {

constexpr size_t kinds_max = 256;
constexpr size_t own_fields_bytes = 640;  // what is usually added to a head afterwards

std::tuple<int, std::string_view, HeadCache::Framing, bool> key_of(const HeadCache::Kind& kind) {
  return {kind.status, kind.content_type, kind.framing, kind.is_http_1_0};
}

}  // namespace

std::optional<std::string> HeadCache::find(const Kind& kind, int64_t length) const {
  const std::shared_lock lock(mutex_);
  const auto found = heads_.find(key_of(kind));
  if (found == heads_.end()) return std::nullopt;
  const Parts& parts = found->second;
  std::string head;
  head.reserve(parts.before.size() + parts.after.size() + own_fields_bytes);
  head += parts.before;
  if (kind.framing == Framing::length) head += std::to_string(length);
  head += parts.after;
  return head;
}

void HeadCache::keep(const Kind& kind, int64_t length, std::string_view head) {
  Parts parts{std::string(head), {}};
  if (kind.framing == Framing::length) {
    const std::string field = "\r\nContent-Length: ";
    const std::string digits = std::to_string(length);
    const size_t at = head.find(field + digits + "\r\n");
    if (at == std::string_view::npos) return;
    const size_t end_of_name = at + field.size();
    parts = {std::string(head.substr(0, end_of_name)),
             std::string(head.substr(end_of_name + digits.size()))};
  }
  const std::unique_lock lock(mutex_);
  if (heads_.size() < kinds_max) heads_.emplace(key_of(kind), std::move(parts));
}

}  // namespace parley::http
