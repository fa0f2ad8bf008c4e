#include "events/streams.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"
#include "base/sse.h"

namespace parley::events {

namespace {

constexpr int64_t number_max = 1'000'000'000'000'000;

/// Of either half of an id.
std::optional<int64_t> parse_half(std::string_view text) {
  if (text.starts_with('0')) return std::nullopt;  // another way to write a number
  const auto number = parse_number<int64_t>(text);
  if (!number || *number < 1 || *number >= number_max) return std::nullopt;
  return number;
}

}  // namespace

std::string EventId::text() const {
  return fmt::format("{}.{}", seq, n);
}

std::optional<EventId> EventId::parse(std::string_view text) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto seq = parse_half(text.substr(0, dot));
  const auto n = parse_half(text.substr(dot + 1));
  if (!seq || !n) return std::nullopt;
  return EventId{*seq, *n};
}

void AnswerStream::set_seq(int64_t seq) {
  const std::scoped_lock lock(mutex_);
  seq_ = seq;
}

int64_t AnswerStream::seq() const {
  const std::scoped_lock lock(mutex_);
  return seq_;
}

bool AnswerStream::append(std::string_view name, std::string_view data) {
  {
    const std::scoped_lock lock(mutex_);
    if (ended_ || bytes_.size() + data.size() > bytes_max) return false;
    add(name, data);
  }
  wake_all();
  return true;
}

void AnswerStream::finish(std::string_view name, std::string_view data) {
  {
    const std::scoped_lock lock(mutex_);
    if (ended_) return;
    add(name, data);
    ended_ = true;
  }
  wake_all();
}

void AnswerStream::add(std::string_view name, std::string_view data) {
  const EventId id{seq_, static_cast<int64_t>(ends_.size()) + 1};
  bytes_ += encode_sse({std::string(name), std::string(data), id.text()});
  ends_.push_back(bytes_.size());
}

/// Without the mutex: who is woken under it would only wait for it at once.
void AnswerStream::wake_all() const {
  std::shared_ptr<const Readers> readers;
  {
    const std::scoped_lock lock(mutex_);
    readers = readers_;
  }
  for (const auto& [token, wake] : *readers) wake();
}

AnswerStream::State AnswerStream::read(size_t& offset, std::string& out, size_t bytes_most) const {
  const std::scoped_lock lock(mutex_);
  const size_t count = std::min(bytes_most, bytes_.size() - std::min(offset, bytes_.size()));
  out.append(bytes_, offset, count);
  offset += count;
  if (offset < bytes_.size()) return State::more;
  return ended_ ? State::end : State::wait;
}

int64_t AnswerStream::subscribe(std::function<void()> wake) {
  const std::scoped_lock lock(mutex_);
  auto readers = std::make_shared<Readers>(*readers_);
  readers->emplace_back(next_token_, std::move(wake));
  readers_ = std::move(readers);
  return next_token_++;
}

void AnswerStream::unsubscribe(int64_t token) {
  const std::scoped_lock lock(mutex_);
  auto readers = std::make_shared<Readers>(*readers_);
  std::erase_if(*readers, [&](const auto& reader) { return reader.first == token; });
  readers_ = std::move(readers);
}

std::string AnswerStream::encoded() const {
  const std::scoped_lock lock(mutex_);
  return bytes_;
}

bool AnswerStream::ended() const {
  const std::scoped_lock lock(mutex_);
  return ended_;
}

size_t AnswerStream::offset_after(int64_t n) const {
  const std::scoped_lock lock(mutex_);
  if (n <= 0 || ends_.empty()) return 0;
  return ends_[std::min(static_cast<size_t>(n), ends_.size()) - 1];
}

}  // namespace parley::events
