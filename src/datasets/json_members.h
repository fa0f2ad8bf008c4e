// JsonMembers: whether a file that is one JSON object is a map of like objects, keyed by an id:
// {"alice":{"score":5},"bob":{"score":7},"cid":{"score":9}}. Then its members are rows.
//
// Threads: one. Memory: some KB.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "formats/json_reader.h"

namespace parley::datasets {

class JsonMembers {
 public:
  /// Each token of the object.
  void see(const formats::JsonToken& token);

  /// At least three members, all of them objects, and most of them share a key.
  bool are_rows() const;

 private:
  /// A key of members.
  struct Key {
    int64_t members = 0;      ///< that have it
    int64_t last_member = 0;  ///< that was counted
  };

  int64_t members_ = 0;
  bool are_objects_ = true;
  std::unordered_map<std::string, Key> keys_;  ///< the first ones
};

}  // namespace parley::datasets
