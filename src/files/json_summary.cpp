#include "files/json_summary.h"

#include "base/text.h"

namespace parley::files {

namespace {

constexpr size_t scalar_characters_max = 10'000;

/// The names that document 004's implementation language gives them.
std::string_view scalar_type_of(formats::JsonKind kind) {
  switch (kind) {
    case formats::JsonKind::integer:
      return "int";
    case formats::JsonKind::real:
      return "float";
    case formats::JsonKind::string:
      return "str";
    case formats::JsonKind::boolean:
      return "bool";
    default:
      return "NoneType";
  }
}

OrderedJson scalar_value_of(const formats::JsonToken& token) {
  if (token.kind == formats::JsonKind::string) {
    return std::string(first_characters(token.text, scalar_characters_max));
  }
  return OrderedJson::parse(token.text, nullptr, false);
}

}  // namespace

JsonSummary::JsonSummary(formats::JsonLayout layout)
    : layout_(layout),
      depth_(formats::item_depth(layout)),
      sample_writer_(formats::JsonTextWriter::Form::compact, sample_text_) {
  types_.reserve(keys_max);  // current_ points into it
}

void JsonSummary::see(const formats::JsonToken& token) {
  if (token.depth < depth_) return;
  if (layout_ == formats::JsonLayout::scalar) {
    scalar_type_ = scalar_type_of(token.kind);
    scalar_ = scalar_value_of(token);
  } else if (token.depth == depth_ + 1) {
    if (token.kind == formats::JsonKind::key) {
      see_key(token.text);
    } else {
      see_member(token);
    }
  }
  if (items_ < static_cast<int64_t>(sample_items)) see_sample(token);
  if (token.depth == depth_ && formats::ends_value(token)) ++items_;
}

void JsonSummary::see_key(std::string_view key) {
  std::string name(first_characters(key, key_characters_max));
  const auto known = index_.find(name);
  current_ = nullptr;
  if (known != index_.end()) {
    current_ = &types_[known->second];
  } else if (items_ == 0 && keys_.size() < keys_max) {
    index_.emplace(name, keys_.size());
    keys_.push_back(std::move(name));
    current_ = &types_.emplace_back();
  } else if (items_ == 0) {
    has_more_keys_ = true;
  }
}

void JsonSummary::see_member(const formats::JsonToken& token) {
  if (current_ == nullptr) return;
  switch (token.kind) {
    case formats::JsonKind::string:
      current_->see_text(token.text);
      break;
    case formats::JsonKind::integer:
    case formats::JsonKind::real:
      current_->see_number(token.text);
      break;
    case formats::JsonKind::boolean:
      current_->see_boolean();
      break;
    case formats::JsonKind::object_begin:
    case formats::JsonKind::array_begin:
      current_->see_container();
      break;
    default:
      break;
  }
  current_ = nullptr;
}

void JsonSummary::see_sample(const formats::JsonToken& token) {
  // Characters are at least one byte, so this much text is enough to cut from.
  const bool is_full = sample_text_.size() > 4 * sample_characters_max;
  if (!is_full) sample_writer_.write(token);
  if (token.depth != depth_ || !formats::ends_value(token)) return;
  const std::string_view kept = first_characters(sample_text_, sample_characters_max);
  sample_.push_back(std::string(kept) + (kept.size() < sample_text_.size() ? "…" : ""));
  sample_text_.clear();
  sample_writer_.restart();
}

OrderedJson JsonSummary::documented() const {
  if (layout_ == formats::JsonLayout::scalar) return {{"type", scalar_type_}, {"value", scalar_}};
  OrderedJson types = OrderedJson::object();
  for (size_t at = 0; at < keys_.size(); ++at) types[keys_[at]] = types_[at].name();
  OrderedJson out = OrderedJson::object();
  out["type"] = layout_ == formats::JsonLayout::object ? "object" : "array";
  if (layout_ != formats::JsonLayout::object) out["length"] = items_;
  out[layout_ == formats::JsonLayout::object ? "keys" : "firstItemKeys"] = keys_;
  out["dataTypes"] = std::move(types);
  if (has_more_keys_) out["keysTruncated"] = true;
  return out;
}

}  // namespace parley::files
