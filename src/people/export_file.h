// ExportFile: where an export is put together, piece by piece, and what goes into it.
#pragma once

#include <string>
#include <string_view>

#include "people/people.h"

namespace parley::people {

/// A file without a name: it vanishes with its last descriptor. One thread.
class ExportFile {
 public:
  /// Errors: storage_full, internal.
  static Result<ExportFile> make(const std::string& directory, int64_t bytes_max);

  /// Errors: too_large (over bytes_max), storage_full, internal.
  Result<void> append(std::string_view bytes);

  Export take() && { return {std::move(file_), bytes_}; }

 private:
  ExportFile(FileDescriptor file, int64_t bytes_max)
      : file_(std::move(file)), bytes_max_(bytes_max) {}

  FileDescriptor file_;
  int64_t bytes_max_;
  int64_t bytes_ = 0;
};

/// One conversation as people.h describes it. Errors: those of ExportFile::append, of the database.
Result<void> append_conversation(ExportFile& out, const Service::Parts& parts, const Scope& scope,
                                 const conversations::Conversation& conversation);

}  // namespace parley::people
