// JSON, UTF-8, names of files, event streams, signed tokens.
#include <algorithm>
#include <string>

#include "base/base64.h"
#include "base/json.h"
#include "base/json_strict.h"
#include "base/sse.h"
#include "base/text.h"
#include "crypto/jwt.h"
#include "files/file_name.h"
#include "tenants/settings_json.h"
#include "tests/fakes/jwt_signer.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

void api_json(std::string_view bytes) {
  const auto value = parse_json(bytes);
  if (const auto strict = parse_json_strictly(bytes, json_depth_max)) {
    demand(value && *strict == *value, "a strict reader reads the same");
  }
  if (!value) return;
  demand(nlohmann::json::accept(bytes), "what is taken is JSON");
  const auto again = parse_json(dump(*value));
  demand(again && *again == *value, "what was read is written whole");
}

/// What an operator sends to change a tenant.
void tenant_settings(std::string_view bytes) {
  const auto changes = parse_json(bytes);
  if (!changes) return;
  const auto settings = tenants::merged({}, *changes);
  if (!settings) return;
  const Json stored = tenants::stored_json(*settings);
  const auto again = tenants::merged({}, stored);
  demand(again && tenants::stored_json(*again) == stored, "settings are read back whole");
  const std::string& secret = settings->identity.hs256_secret;
  demand(secret.empty() ||
             dump(tenants::shown_json(*settings)).find(dump(secret)) == std::string::npos,
         "a secret is not shown");
}

void text(std::string_view bytes) {
  const std::string valid = to_valid_utf8(bytes);
  demand(is_valid_utf8(valid), "repaired text is UTF-8");
  demand(!is_valid_utf8(bytes) || valid == bytes, "what is right is left alone");
  const std::string visible = without_invisible_characters(bytes);
  demand(without_invisible_characters(visible) == visible, "what is invisible goes at once");
  const size_t count = count_characters(valid);
  for (const size_t cut : {size_t{0}, count / 2, count}) {
    const std::string_view first = first_characters(valid, cut);
    const std::string_view last = last_characters(valid, count - cut);
    demand(count_characters(first) == cut && is_valid_utf8(first), "cuts split no character");
    demand(std::string(first) + std::string(last) == valid, "cuts lose nothing");
  }
  demand(trim(trim(bytes)) == trim(bytes), "trimmed text stays");
}

void file_name(std::string_view bytes) {
  const std::string name = files::clean_file_name(bytes);
  demand(!name.empty() && is_valid_utf8(name), "a name is text");
  demand(count_characters(name) <= files::name_characters_max, "a name is bounded");
  demand(name.find_first_of("/\\\r\n") == std::string::npos, "a name is no path");
  demand(name.find('\0') == std::string::npos, "a name has no NUL");
  demand(files::clean_file_name(name) == name, "a clean name stays");
}

std::vector<SseEvent> events_of(std::string_view bytes, size_t piece_bytes) {
  std::vector<SseEvent> events;
  SseDecoder decoder([&events](SseEvent&& event) { events.push_back(std::move(event)); });
  for (size_t at = 0; at < bytes.size(); at += piece_bytes) {
    decoder.feed(bytes.substr(at, piece_bytes));
  }
  decoder.finish();
  return events;
}

bool is_same(const std::vector<SseEvent>& one, const std::vector<SseEvent>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const SseEvent& left, const SseEvent& right) {
                      return left.name == right.name && left.data == right.data &&
                             left.id == right.id;
                    });
}

void sse(std::string_view bytes) {
  const auto events = events_of(bytes, bytes.size() + 1);
  demand(is_same(events, events_of(bytes, 1)), "pieces do not change the events");
  std::string again;
  for (const SseEvent& event : events) again += encode_sse(event);
  demand(is_same(events, events_of(again, again.size() + 1)), "events are read back whole");
}

/// A header, a line break, a payload: signed as they stand. Their form alone decides.
void jwt(std::string_view bytes) {
  const crypto::JwtKeys keys{JwtTestKeys::secret, JwtTestKeys::ed25519_public};
  demand(!crypto::verify_jwt(bytes, keys), "nobody guesses a signature");
  const auto decoded = from_base64url(bytes);
  demand(!decoded || to_base64url(*decoded) == bytes, "bytes have one text");
  const std::string_view header = bytes.substr(0, bytes.find('\n'));
  const std::string_view payload = bytes.substr(std::min(header.size() + 1, bytes.size()));
  const auto claims = crypto::verify_jwt(jwt_hs256(payload, JwtTestKeys::secret, header), keys);
  if (!claims) return;
  const auto said = parse_json(header);
  demand(said && find_string(*said, "alg") == "HS256", "what is taken says how it is signed");
  demand(claims->is_object() && *parse_json(payload) == *claims, "claims are what was signed");
}

}  // namespace

std::vector<Target> text_targets() {
  return {{"api_json", &api_json}, {"tenant_settings", &tenant_settings},
          {"text", &text},         {"file_name", &file_name},
          {"sse", &sse},           {"jwt", &jwt}};
}

}  // namespace parley::fuzz
