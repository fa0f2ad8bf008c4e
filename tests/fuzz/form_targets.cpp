// Bodies of forms: urlencoded and multipart.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "base/text.h"
#include "http/form.h"
#include "http/multipart.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

void form(std::string_view bytes) {
  const auto fields = http::parse_form(bytes);
  if (!fields) return;
  demand(fields->size() <= http::form_fields_max, "fields are bounded");
  std::string again;
  for (const auto& [name, value] : *fields) {
    demand(is_valid_utf8(name) && is_valid_utf8(value), "fields are UTF-8");
    again += percent_encoded(name) + "=" + percent_encoded(value) + "&";
  }
  demand(http::parse_form(again) == fields, "a form is read back whole");
}

net::RequestBody in_memory(std::string_view bytes) {
  net::RequestBody body;
  body.bytes = bytes;
  body.size = static_cast<int64_t>(bytes.size());
  return body;
}

net::RequestBody in_file(std::string_view bytes) {
  net::RequestBody body;
  body.file = FileDescriptor(::memfd_create("body", MFD_CLOEXEC));
  demand(body.file.is_open() && ::write(body.file.get(), bytes.data(), bytes.size()) ==
                                    static_cast<ssize_t>(bytes.size()),
         "the body is spooled");
  body.size = static_cast<int64_t>(bytes.size());
  return body;
}

bool is_same(const http::MultipartPart& one, const http::MultipartPart& other) {
  return one.name == other.name && one.is_file == other.is_file && one.filename == other.filename &&
         one.content_type == other.content_type && one.value == other.value &&
         one.offset == other.offset && one.length == other.length;
}

void demand_inside(const http::MultipartPart& part, std::string_view body) {
  const auto size = static_cast<int64_t>(body.size());
  demand(part.offset >= 0 && part.length >= 0 && part.offset <= size - part.length,
         "a part lies inside the body");
  const std::string_view content =
      body.substr(static_cast<size_t>(part.offset), static_cast<size_t>(part.length));
  demand(is_valid_utf8(part.name) && is_valid_utf8(part.filename), "names are UTF-8");
  demand(part.is_file ? part.value.empty() : part.value == content, "a field is its bytes");
}

/// The first line is the Content-Type, the rest the body.
void multipart(std::string_view bytes) {
  const std::string_view type = take_line(bytes);
  const auto parts = http::parse_multipart(type, in_memory(bytes));
  const auto spooled = http::parse_multipart(type, in_file(bytes));
  demand(parts.has_value() == spooled.has_value(), "a spooled body is the same body");
  if (!parts) return;
  demand(parts->size() == spooled->size() && parts->size() <= http::multipart_parts_max,
         "parts are bounded");
  for (size_t i = 0; i < parts->size(); ++i) {
    demand(is_same((*parts)[i], (*spooled)[i]), "a spooled part is the same part");
    demand_inside((*parts)[i], bytes);
  }
}

}  // namespace

std::vector<Target> form_targets() {
  return {{"form", &form}, {"multipart", &multipart}};
}

}  // namespace parley::fuzz
