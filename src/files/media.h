// Media: the directory of uploaded bytes, <media>/<tenant>/<id>. Only ids reach the disk, and every
// access goes through an open directory, so no name can lead elsewhere.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/scope.h"
#include "net/message.h"

namespace parley::files {

class Media {
 public:
  explicit Media(std::string directory) : directory_(std::move(directory)) {}

  /// A file being written; it vanishes again unless keep() is called.
  class Draft {
   public:
    Draft(net::FileDescriptor folder, net::FileDescriptor file, std::string id)
        : folder_(std::move(folder)), file_(std::move(file)), id_(std::move(id)) {}
    Draft(Draft&&) = default;
    Draft& operator=(Draft&&) = delete;
    ~Draft();

    /// Errors: storage_full, internal.
    Result<void> append(std::string_view bytes);

    /// Puts file and directory entry on disk. Errors: as append().
    Result<void> sync();

    void keep() { is_kept_ = true; }

   private:
    net::FileDescriptor folder_;
    net::FileDescriptor file_;
    std::string id_;
    bool is_kept_ = false;
  };

  /// A new file, readable by the server alone. `id` is a UUID.
  /// Errors: storage_full, internal (the directory cannot be made or written).
  Result<Draft> create(const Scope& scope, const std::string& id) const;

  /// For reading. Errors: not_found, internal.
  Result<net::FileDescriptor> open(const Scope& scope, const std::string& id) const;

  /// Absent is fine: removing is repeatable.
  void remove(const Scope& scope, const std::string& id) const;

  /// Ids of the tenant's files last written before `epoch_ms`.
  Result<std::vector<std::string>> list_older(const Scope& scope, int64_t epoch_ms) const;

 private:
  Result<net::FileDescriptor> open_folder(const Scope& scope, bool make) const;

  std::string directory_;
};

}  // namespace parley::files
