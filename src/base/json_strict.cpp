#include "base/json_strict.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace parley {

namespace {

/// Builds the value and keeps the keys of the objects around.
class UniqueKeysSax : public nlohmann::detail::json_sax_dom_parser<Json> {
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;

 public:
  explicit UniqueKeysSax(Json& out) : Base(out, false) {}

  bool start_object(std::size_t elements) {
    keys_.emplace_back();
    return Base::start_object(elements);
  }
  bool key(std::string& name) { return keys_.back().insert(name).second && Base::key(name); }
  bool end_object() {
    keys_.pop_back();
    return Base::end_object();
  }

 private:
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

Result<Json> parse_json_strictly(std::string_view text, size_t depth_max) {
  ASSIGN_OR_RETURN(Json value, parse_json(text, depth_max));
  Json same;
  UniqueKeysSax sax(same);
  if (Json::sax_parse(text.begin(), text.end(), &sax)) return value;
  return fail(ErrorCode::invalid, "JSON parse error - a key is repeated");
}

}  // namespace parley
