// OtherMembers: those values of one JSON row that have no column of their own, as the text of one
// JSON object.
//
// Threads: one. Memory: about bytes_max.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::datasets {

class OtherMembers {
 public:
  explicit OtherMembers(size_t bytes_max) : bytes_max_(bytes_max) {}

  /// The value of `path` in this row is the JSON text `value`; what does not fit is left out whole.
  /// False if the path had a value before, which counts no longer.
  bool set(const std::string& path, const std::string& value);

  /// The object, empty if there are no members; ready for the next row.
  std::string take_text();
  int64_t left_out() const { return left_out_; }  ///< of all rows

 private:
  void clear_member(size_t at);

  size_t bytes_max_;
  size_t bytes_ = 2;                  ///< the brackets and all members
  std::vector<std::string> members_;  ///< "path":value; empty: it counts no longer
  std::unordered_map<std::string, size_t> places_;
  int64_t left_out_ = 0;
};

}  // namespace parley::datasets
