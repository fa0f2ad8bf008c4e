// Media: the directory of uploads: their bytes in <media>/<tenant>/<id>, and beside them what was
// made of them, the tables in <id>.tables. Only ids reach the disk, and every access goes through
// an open directory, so no name can lead elsewhere.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "base/scope.h"

namespace parley::files {

class Media {
 public:
  explicit Media(std::string directory) : directory_(std::move(directory)) {}

  enum class Kind {
    bytes,   ///< the upload as it came
    tables,  ///< a SQLite file made from it (datasets/import.h)
  };

  /// A file being written; it vanishes again unless keep() is called.
  class Draft {
   public:
    Draft(FileDescriptor folder, FileDescriptor file, std::string name)
        : folder_(std::move(folder)), file_(std::move(file)), name_(std::move(name)) {}
    Draft(Draft&&) = default;
    Draft& operator=(Draft&&) = delete;
    ~Draft();

    /// Errors: storage_full, internal.
    Result<void> append(std::string_view bytes);

    /// Puts file and directory entry on disk. Errors: as append().
    Result<void> sync();

    /// In bytes, whoever wrote them. Errors: as append().
    Result<int64_t> size() const;

    void keep() { is_kept_ = true; }

   private:
    FileDescriptor folder_;
    FileDescriptor file_;
    std::string name_;
    bool is_kept_ = false;
  };

  /// A new file, readable by the server alone. `id` is a UUID.
  /// Errors: storage_full, internal (the directory cannot be made or written).
  Result<Draft> create(const Scope& scope, const std::string& id, Kind kind) const;

  /// The bytes, for reading. Errors: not_found, internal.
  Result<FileDescriptor> open(const Scope& scope, const std::string& id) const;

  /// Where the tables are, for a library that opens by name. `id` is a UUID.
  std::string path_of_tables(const Scope& scope, const std::string& id) const;

  /// Both kinds; how many of them there were.
  int64_t remove(const Scope& scope, const std::string& id) const;

  /// What is told an id; an error ends the visit.
  using Visit = std::function<Result<void>(std::string id)>;

  /// The tenant's files that were last written before `epoch_ms`, each kind by itself. `visit` may
  /// remove them. Errors: internal; those of `visit`.
  Result<void> visit_older(const Scope& scope, int64_t epoch_ms, const Visit& visit) const;

 private:
  Result<FileDescriptor> open_folder(const Scope& scope, bool make) const;

  std::string directory_;
};

}  // namespace parley::files
