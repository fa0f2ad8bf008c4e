#include "datasets/json_members.h"

#include <algorithm>

namespace parley::datasets {
namespace {

using formats::JsonKind;

constexpr int64_t members_min = 3;
constexpr size_t keys_max = 100;  // a key that most share is among the first, or nearly always

}  // namespace

void JsonMembers::see(const formats::JsonToken& token) {
  if (!are_objects_) return;
  const bool is_key = token.kind == JsonKind::key;
  const bool is_end = token.kind == JsonKind::object_end || token.kind == JsonKind::array_end;
  if (token.depth == 1 && !is_key && !is_end) {
    ++members_;
    are_objects_ = token.kind == JsonKind::object_begin;
  }
  if (token.depth != 2 || !is_key) return;
  auto found = keys_.find(std::string(token.text));
  if (found == keys_.end() && keys_.size() < keys_max) {
    found = keys_.try_emplace(std::string(token.text)).first;
  }
  if (found == keys_.end() || found->second.last_member == members_) return;
  found->second.last_member = members_;
  ++found->second.members;
}

bool JsonMembers::are_rows() const {
  return are_objects_ && members_ >= members_min &&
         std::any_of(keys_.begin(), keys_.end(),
                     [this](const auto& key) { return key.second.members * 2 > members_; });
}

}  // namespace parley::datasets
