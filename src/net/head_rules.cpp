#include "net/head_rules.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace parley::net {

namespace {

constexpr std::string_view token_symbols = "!#$%&'*+-.^_`|~";
constexpr std::string_view host_symbols = "-._~!$&'()*+,;=%";
constexpr size_t method_bytes_max = 32;
constexpr size_t length_digits_max = 18;
constexpr size_t chunk_digits_max = 15;

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_alphanumeric(char byte) {
  return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char byte) {
    return is_alphanumeric(byte) || token_symbols.find(byte) != std::string_view::npos;
  });
}

bool is_control(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F;
}

bool is_field_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char byte) { return is_control(byte) && byte != '\t'; });
}

bool is_target_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char byte) {
    return byte > 0x20 && byte < 0x7F && byte != '#';
  });
}

/// Takes the text up to the next CRLF off `rest`; nullopt if there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const size_t end = rest.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

bool is_field_line(std::string_view line) {
  const size_t colon = line.find(':');
  return colon != std::string_view::npos && is_token(line.substr(0, colon)) &&
         is_field_value(line.substr(colon + 1));
}

std::optional<Refusal> check_version(std::string_view version, std::string_view method) {
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return std::nullopt;
  const bool is_other_version = version.size() == 8 && version.starts_with("HTTP/") &&
                                is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
  // PRI opens the HTTP/2 preface: no version of HTTP/1 to offer, only a client that guessed.
  if (is_other_version && method != "PRI") return Refusal::unsupported_version;
  return Refusal::bad_request;
}

std::optional<Refusal> check_request_line(std::string_view line, const HeadLimits& limits) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Refusal::bad_request;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  if (!is_token(method) || method.size() > method_bytes_max) return Refusal::bad_request;
  if (target.size() > limits.target_bytes_max) return Refusal::uri_too_long;
  if (!is_target_text(target)) return Refusal::bad_request;
  return check_version(line.substr(last + 1), method);
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

/// uri-host [":" port] (RFC 9110, 7.2).
bool is_host(std::string_view text) {
  if (text.empty()) return false;
  if (text.front() == '[') {
    const size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const std::string_view address = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    return address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
           (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
  }
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return false;
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char byte) {
    return is_alphanumeric(byte) || host_symbols.find(byte) != std::string_view::npos;
  });
}

/// The values of all fields called `name`.
std::vector<std::string_view> values_of(const RequestHead& head, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& field : head.fields) {
    if (field.first == name) values.emplace_back(field.second);
  }
  return values;
}

bool is_host_right(const RequestHead& head) {
  const auto hosts = values_of(head, "host");
  if (hosts.empty()) return head.is_http_1_0;
  return hosts.size() == 1 && is_host(hosts[0]);
}

bool is_length_right(const RequestHead& head) {
  const auto lengths = values_of(head, "content-length");
  const auto codings = values_of(head, "transfer-encoding");
  if (!codings.empty()) {
    return codings.size() == 1 && lengths.empty() && !head.is_http_1_0 &&
           to_lower_ascii(codings[0]) == "chunked";
  }
  if (lengths.empty()) return true;
  return lengths.size() == 1 && !lengths[0].empty() && lengths[0].size() <= length_digits_max &&
         std::all_of(lengths[0].begin(), lengths[0].end(), is_digit);
}

/// Brings the target to origin form, or asterisk form for OPTIONS.
std::optional<Refusal> normalise_target(RequestHead& head) {
  if (head.method == "CONNECT") return Refusal::not_implemented;
  if (head.target.front() == '/') return std::nullopt;
  if (head.target == "*" && head.method == "OPTIONS") return std::nullopt;
  const std::string scheme = to_lower_ascii(head.target.substr(0, 8));
  const size_t begin = scheme == "https://" ? 8 : scheme.starts_with("http://") ? 7 : 0;
  if (begin == 0) return Refusal::bad_request;
  const size_t end = std::min(head.target.find_first_of("/?", begin), head.target.size());
  const std::string authority = to_lower_ascii(head.target.substr(begin, end - begin));
  if (authority != to_lower_ascii(head.header("host").value_or(""))) return Refusal::bad_request;
  head.target.erase(0, end);
  if (head.target.empty() || head.target.front() != '/') head.target.insert(0, "/");
  return std::nullopt;
}

}  // namespace

bool is_hopeless(std::string_view bytes, char before) {
  for (const char byte : bytes) {
    if ((byte == '\n') != (before == '\r')) return true;
    if (is_control(byte) && byte != '\r' && byte != '\n' && byte != '\t') return true;
    before = byte;
  }
  return false;
}

bool are_field_lines(std::string_view lines) {
  while (const auto line = take_line(lines)) {
    if (!is_field_line(*line)) return false;
  }
  return lines.empty();
}

std::optional<Refusal> check_head_bytes(std::string_view head, const HeadLimits& limits) {
  const auto request_line = take_line(head);
  if (!request_line) return Refusal::bad_request;
  if (const auto refusal = check_request_line(*request_line, limits)) return refusal;
  if (!head.ends_with("\r\n")) return Refusal::bad_request;
  head.remove_suffix(2);
  if (static_cast<size_t>(std::count(head.begin(), head.end(), '\n')) > limits.fields_max) {
    return Refusal::head_too_large;
  }
  if (!are_field_lines(head)) return Refusal::bad_request;
  return std::nullopt;
}

std::optional<Refusal> check_head(RequestHead& head) {
  if (!is_host_right(head) || !is_length_right(head)) return Refusal::bad_request;
  if (const auto refusal = normalise_target(head)) return refusal;
  for (const auto coding : values_of(head, "content-encoding")) {
    if (to_lower_ascii(coding) != "identity") return Refusal::unsupported_encoding;
  }
  for (const auto expectation : values_of(head, "expect")) {
    if (to_lower_ascii(expectation) != "100-continue") return Refusal::expectation_failed;
  }
  return std::nullopt;
}

std::optional<uint64_t> chunk_size_of(std::string_view line) {
  const std::string_view digits = line.substr(0, line.find(';'));
  if (digits.empty() || digits.size() > chunk_digits_max) return std::nullopt;
  if (line.size() > chunk_line_bytes_max || !is_field_value(line)) return std::nullopt;
  uint64_t size = 0;
  for (const char digit : digits) {
    if (std::isxdigit(static_cast<unsigned char>(digit)) == 0) return std::nullopt;
    const int value = is_digit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
    size = size * 16 + static_cast<uint64_t>(value);
  }
  return size;
}

}  // namespace parley::net
