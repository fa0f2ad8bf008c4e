#include "datasets/json_other.h"

#include "base/json_text.h"

namespace parley::datasets {

bool OtherMembers::set(const std::string& path, const std::string& value) {
  const auto known = places_.find(path);
  const bool is_new = known == places_.end();
  if (!is_new) clear_member(known->second);
  std::string member;
  append_json_string(member, path);
  member += ':';
  member += value;
  if (bytes_ + member.size() + 1 > bytes_max_) {
    ++left_out_;
    return is_new;
  }
  bytes_ += member.size() + 1;
  if (is_new) {
    places_.emplace(path, members_.size());
    members_.push_back(std::move(member));
  } else {
    members_[known->second] = std::move(member);
  }
  return is_new;
}

void OtherMembers::clear_member(size_t at) {
  if (members_[at].empty()) return;
  bytes_ -= members_[at].size() + 1;
  members_[at].clear();
}

std::string OtherMembers::take_text() {
  std::string text;
  for (const std::string& member : members_) {
    if (member.empty()) continue;
    text += text.empty() ? '{' : ',';
    text += member;
  }
  if (!text.empty()) text += '}';
  bytes_ = 2;
  members_.clear();
  places_.clear();
  return text;
}

}  // namespace parley::datasets
