// HeadCache: response heads that httplib has written, kept. Those of one kind differ in the length
// of the body only.
//
// Threads: any. Bounded: when it is full, nothing new is kept.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace parley::http {

class HeadCache {
 public:
  enum class Framing { none, length, chunked };

  /// All that httplib makes a head from, but the length.
  struct Kind {
    int status;
    std::string_view content_type;
    Framing framing;
    bool is_http_1_0;
  };

  /// The head for a body of `length`; nullopt: none of its kind is kept.
  std::optional<std::string> find(const Kind& kind, int64_t length) const;

  /// Keeps `head`, which was written for a body of `length`.
  void keep(const Kind& kind, int64_t length, std::string_view head);

 private:
  struct Parts {
    std::string before;  ///< up to the digits of the length, if the kind has one
    std::string after;
  };
  using Key = std::tuple<int, std::string, Framing, bool>;
  using KeyView = std::tuple<int, std::string_view, Framing, bool>;
  struct Less {
    using is_transparent = void;
    bool operator()(const auto& one, const auto& other) const {
      return KeyView(one) < KeyView(other);
    }
  };

  mutable std::shared_mutex mutex_;  ///< guards what follows
  std::map<Key, Parts, Less> heads_;
};

}  // namespace parley::http
