// StaticFiles: a directory tree served from an index made at the start. A request can only name
// what the index lists: no path is ever built from input.
//
// `app.js.br` and `app.js.gz` beside `app.js` are its compressed variants, not files of their
// own; they are sent to clients that accept them. A name with a content hash ("app.3f9a1c2e.js",
// "app-3F9A1C2E.js") never changes and is cached for good, any other is asked for again each time
// (ETag). Threads: reply() from any; the index is immutable.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/reply.h"
#include "http/request.h"

namespace parley::http {

inline constexpr size_t static_files_max = 10'000;

class StaticFiles {
 public:
  /// Headers of every file whose name starts with `prefix` ("" fits all; the longest prefix wins).
  struct PrefixHeaders {
    std::string prefix;
    net::HeaderFields headers;
  };

  /// Reads the tree below `directory`: regular files only, no symbolic links, no dot files.
  /// Errors: unavailable (not a directory, unreadable, over static_files_max).
  static Result<StaticFiles> open(const std::string& directory,
                                  std::vector<PrefixHeaders> headers = {});

  /// The file called `name` ("widget/chatbot.js", no leading slash), 304 if the client has it, 404
  /// if the index does not. For GET and HEAD.
  Reply reply(const Request& request, std::string_view name) const;

  /// The names in the index, sorted.
  std::vector<std::string> names() const;

 private:
  struct Variant {
    std::string path;
    int64_t size = 0;
    std::string etag;
  };
  struct Entry {
    std::string content_type;
    bool is_immutable = false;
    std::map<std::string, Variant> variants;  ///< by content coding; "" is the file itself
  };

  StaticFiles() = default;
  const net::HeaderFields* headers_of(std::string_view name) const;

  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<PrefixHeaders> headers_;
};

}  // namespace parley::http
