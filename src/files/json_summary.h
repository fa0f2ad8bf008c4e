// JsonSummary: collects the summary of a JSON file token by token (shapes: summary.h).
//
// Threads: one. Memory: 1,000 keys and three cut samples.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "files/files.h"
#include "formats/json_reader.h"
#include "formats/json_text.h"
#include "formats/value_types.h"

namespace parley::files {

class JsonSummary {
 public:
  static constexpr size_t keys_max = 1'000;
  static constexpr size_t key_characters_max = 200;
  static constexpr size_t sample_items = 3;
  static constexpr size_t sample_characters_max = 6'000;  ///< of each item

  explicit JsonSummary(formats::JsonLayout layout);
  JsonSummary(const JsonSummary&) = delete;

  void see(const formats::JsonToken& token);

  OrderedJson documented() const;

  /// The first items as compact JSON text, cut ones ending in "…".
  const std::vector<std::string>& sample() const { return sample_; }

 private:
  void see_key(std::string_view key);
  void see_member(const formats::JsonToken& token);
  void see_sample(const formats::JsonToken& token);

  formats::JsonLayout layout_;
  size_t depth_;       ///< of the items
  int64_t items_ = 0;  ///< complete ones
  bool has_more_keys_ = false;
  std::vector<std::string> keys_;                  ///< of the first item
  std::vector<formats::TypeGuess> types_;          ///< parallel to keys_
  std::unordered_map<std::string, size_t> index_;  ///< key → place in keys_
  formats::TypeGuess* current_ = nullptr;          ///< of the key just seen; null: not one of keys_
  OrderedJson scalar_;
  std::string scalar_type_;
  std::vector<std::string> sample_;
  std::string sample_text_;
  formats::JsonTextWriter sample_writer_;
};

}  // namespace parley::files
