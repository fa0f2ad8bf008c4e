#include "datasets/json_excerpt.h"

namespace parley::datasets {

bool JsonExcerpt::take(const formats::JsonToken& token) {
  const bool ends_value = formats::ends_value(token);
  if (token.depth == depth_) {
    if (is_full_) {
      text_ += token.kind == formats::JsonKind::object_end ? '}' : ']';
    } else {
      writer_.write(token);
    }
    return ends_value;
  }
  if (!is_full_) writer_.write(token);
  const bool ends_member = ends_value && token.depth == depth_ + 1;
  if (!is_full_ && text_.size() + 1 > bytes_max_) {
    is_full_ = true;
    text_.resize(whole_bytes_);
  }
  if (!ends_member) return false;
  if (is_full_) ++left_out_;
  whole_bytes_ = text_.size();
  return false;
}

}  // namespace parley::datasets
