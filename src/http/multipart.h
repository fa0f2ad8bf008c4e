// Multipart: a bounded parser for multipart/form-data (RFC 7578) over a body in memory or a file.
// A file part is a slice of the body: its bytes are never copied into memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/message.h"

namespace parley::http {

struct MultipartPart {
  std::string name;
  bool is_file = false;  ///< it has a filename parameter
  std::string filename;  ///< as sent (decoded); never a path to open
  std::string content_type;
  std::string value;   ///< of a plain field, ≤ 64 KiB
  int64_t offset = 0;  ///< of a file part, in the body
  int64_t length = 0;
};

inline constexpr size_t multipart_parts_max = 32;

/// Errors: invalid (no boundary, cut, over a bound). `content_type` is the request's header value.
Result<std::vector<MultipartPart>> parse_multipart(std::string_view content_type,
                                                   const net::RequestBody& body);

}  // namespace parley::http
