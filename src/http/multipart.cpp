#include "http/multipart.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>

#include "base/text.h"
#include "http/form.h"
#include "http/target.h"

namespace parley::http {

namespace {

constexpr size_t boundary_bytes_max = 70;  // RFC 2046, 5.1.1
constexpr size_t head_bytes_max = 8 * 1024;
constexpr size_t value_bytes_max = 64 * 1024;
constexpr size_t block_bytes = 64 * 1024;

Error malformed(const char* what) {
  return {ErrorCode::invalid, std::string("Malformed multipart body: ") + what};
}

/// Reads a body by absolute offset, a block at a time, wherever it is kept.
class Window {
 public:
  explicit Window(const net::RequestBody& body) : body_(body) {}

  /// Up to `count` bytes at `offset`; fewer only at the end. Valid until the next call.
  std::string_view at(int64_t offset, size_t count) {
    if (!body_.file.is_open()) {
      const size_t begin = std::min(static_cast<size_t>(offset), body_.bytes.size());
      return std::string_view(body_.bytes).substr(begin, count);
    }
    const bool is_inside = offset >= begin_ && offset + static_cast<int64_t>(count) <=
                                                   begin_ + static_cast<int64_t>(block_.size());
    if (!is_inside) load(offset, std::max(count, block_bytes));
    const auto skipped = static_cast<size_t>(offset - begin_);
    return std::string_view(block_).substr(std::min(skipped, block_.size()), count);
  }

  int64_t size() const { return body_.size; }

 private:
  void load(int64_t offset, size_t count) {
    begin_ = offset;
    block_.resize(count);
    size_t filled = 0;
    while (filled < count) {
      const ssize_t got = ::pread(body_.file.get(), block_.data() + filled, count - filled,
                                  offset + static_cast<int64_t>(filled));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      filled += static_cast<size_t>(got);
    }
    block_.resize(filled);
  }

  const net::RequestBody& body_;
  int64_t begin_ = 0;
  std::string block_;
};

/// Where `needle` next occurs from `offset` on; blocks overlap, so it may lie across their edge.
std::optional<int64_t> find(Window& window, std::string_view needle, int64_t offset) {
  const size_t step = block_bytes - needle.size();
  while (offset < window.size()) {
    const size_t found = window.at(offset, block_bytes).find(needle);
    if (found != std::string_view::npos) return offset + static_cast<int64_t>(found);
    offset += static_cast<int64_t>(step);
  }
  return std::nullopt;
}

/// One parameter value at the front of `text`, quoted or token; taken off it.
std::optional<std::string> take_value(std::string_view& text) {
  if (!text.starts_with('"')) {
    const size_t end = std::min(text.find(';'), text.size());
    std::string value(trim(text.substr(0, end)));
    text.remove_prefix(end);
    return value;
  }
  std::string value;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    // Browsers escape only with %22; a backslash is a path separator unless it escapes.
    const bool is_escape =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
    value += is_escape ? text[++i] : text[i];
  }
  return std::nullopt;
}

using Parameters = std::map<std::string, std::string>;

/// The parameters behind the first ';' of a header value; nullopt if a quote is left open.
std::optional<Parameters> parameters_of(std::string_view header) {
  Parameters parameters;
  size_t next = header.find(';');
  while (next != std::string_view::npos) {
    header.remove_prefix(next + 1);
    const size_t equals = header.find('=');
    if (equals == std::string_view::npos) break;
    const std::string name = to_lower_ascii(trim(header.substr(0, equals)));
    header.remove_prefix(equals + 1);
    const size_t value_begin = std::min(header.find_first_not_of(" \t"), header.size());
    header.remove_prefix(value_begin);
    auto value = take_value(header);
    if (!value) return std::nullopt;
    parameters.emplace(name, std::move(*value));
    next = header.find(';');
  }
  return parameters;
}

/// RFC 5987 "UTF-8''na%C3%AFve.csv".
std::optional<std::string> extended_value(std::string_view text) {
  const size_t quote = text.find('\'');
  const size_t second = text.find('\'', quote == std::string_view::npos ? quote : quote + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (to_lower_ascii(text.substr(0, quote)) != "utf-8") return std::nullopt;
  return percent_decode(text.substr(second + 1));
}

/// The name a browser meant: HTML's form encoding writes `"`, CR and LF as %22 %0D %0A.
std::string form_name(std::string name) {
  for (const auto& [escape, byte] :
       {std::pair{"%22", '"'}, std::pair{"%0D", '\r'}, std::pair{"%0A", '\n'}}) {
    for (size_t at = name.find(escape); at != std::string::npos; at = name.find(escape, at + 1)) {
      name.replace(at, 3, 1, byte);
    }
  }
  return to_valid_utf8(name);
}

class Parser {
 public:
  Parser(std::string_view boundary, const net::RequestBody& body)
      : window_(body), delimiter_("\r\n--" + std::string(boundary)) {}

  Result<std::vector<MultipartPart>> parse();

 private:
  Result<MultipartPart> parse_part();
  Result<MultipartPart> parse_head();
  bool take(std::string_view text);
  void skip_padding();

  Window window_;
  std::string delimiter_;
  int64_t offset_ = 0;
};

bool Parser::take(std::string_view text) {
  if (window_.at(offset_, text.size()) != text) return false;
  offset_ += static_cast<int64_t>(text.size());
  return true;
}

/// RFC 2046, 5.1.1: white space may follow a boundary.
void Parser::skip_padding() {
  while (take(" ") || take("\t")) {
  }
}

Result<std::vector<MultipartPart>> Parser::parse() {
  // The first delimiter may open the body, then without the line end that belongs to it.
  if (!take(std::string_view(delimiter_).substr(2))) {
    const auto first = find(window_, delimiter_, 0);
    if (!first) return fail(malformed("its boundary does not occur"));
    offset_ = *first + static_cast<int64_t>(delimiter_.size());
  }
  std::vector<MultipartPart> parts;
  while (!take("--")) {
    if (parts.size() == multipart_parts_max) return fail(malformed("too many parts"));
    ASSIGN_OR_RETURN(auto part, parse_part());
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<MultipartPart> Parser::parse_part() {
  skip_padding();
  if (!take("\r\n")) return fail(malformed("it is cut off"));
  ASSIGN_OR_RETURN(auto part, parse_head());
  const auto end = find(window_, delimiter_, offset_);
  if (!end) return fail(malformed("it is cut off"));
  part.offset = offset_;
  part.length = *end - offset_;
  if (!part.is_file) {
    if (static_cast<size_t>(part.length) > value_bytes_max) {
      return fail(malformed("a field is too long"));
    }
    part.value = window_.at(offset_, static_cast<size_t>(part.length));
    if (!is_valid_utf8(part.value)) return fail(malformed("a field is not UTF-8"));
  }
  offset_ = *end + static_cast<int64_t>(delimiter_.size());
  return part;
}

Result<MultipartPart> Parser::parse_head() {
  MultipartPart part;
  bool has_name = false;
  const int64_t head_begin = offset_;
  while (!take("\r\n")) {
    const std::string line(window_.at(offset_, head_bytes_max));
    const size_t end = line.find("\r\n");
    if (end == std::string::npos || offset_ - head_begin > static_cast<int64_t>(head_bytes_max)) {
      return fail(malformed("a part's head is cut off or too long"));
    }
    const std::string_view field = std::string_view(line).substr(0, end);
    offset_ += static_cast<int64_t>(end + 2);
    const std::string name = to_lower_ascii(trim(field.substr(0, field.find(':'))));
    const std::string_view value = field.substr(std::min(name.size() + 1, field.size()));
    if (name == "content-type") part.content_type = std::string(trim(value));
    if (name != "content-disposition") continue;
    auto parameters = parameters_of(value);
    if (!parameters || media_type_of(value) != "form-data" || !parameters->contains("name")) {
      return fail(malformed("a part has no name"));
    }
    has_name = true;
    part.name = form_name((*parameters)["name"]);
    part.is_file = parameters->contains("filename") || parameters->contains("filename*");
    part.filename = form_name((*parameters)["filename"]);
    if (auto extended = extended_value((*parameters)["filename*"])) part.filename = *extended;
  }
  if (!has_name) return fail(malformed("a part has no name"));
  return part;
}

}  // namespace

Result<std::vector<MultipartPart>> parse_multipart(std::string_view content_type,
                                                   const net::RequestBody& body) {
  const auto parameters = parameters_of(content_type);
  if (media_type_of(content_type) != "multipart/form-data" || !parameters) {
    return fail(malformed("it has no boundary"));
  }
  const auto boundary = parameters->find("boundary");
  const bool is_right = boundary != parameters->end() && !boundary->second.empty() &&
                        boundary->second.size() <= boundary_bytes_max;
  if (!is_right) return fail(malformed("it has no boundary"));
  return Parser(boundary->second, body).parse();
}

}  // namespace parley::http
