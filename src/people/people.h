// People: all that is stored about one person, given out whole or erased whole.
//
// A person is a customer with the conversations that are linked to it, of every kind: messages,
// turns, receipts, files and what was made of them on disk. Budgets forget whose units they were;
// what the tenant has used stays.
// Threads: any. Authorisation is the route's: whoever holds the tenant's Scope may do both.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "base/scope.h"
#include "budgets/budgets.h"
#include "conversations/conversations.h"
#include "customers/customers.h"
#include "db/database.h"
#include "files/files.h"
#include "files/queries.h"

namespace parley::people {

struct Options {
  std::string spool_directory;  ///< where an export is put together, in a file without a name
  int64_t export_bytes_max = 4LL * 1024 * 1024 * 1024;
};

struct Erased {
  int64_t conversations = 0;
  int64_t files = 0;
};

/// JSON text in a file without a name; the offset is not at its beginning.
struct Export {
  FileDescriptor file;
  int64_t bytes = 0;
};

class Service {
 public:
  struct Parts {  ///< all must outlive the service
    db::Database& database;
    conversations::Service& conversations;
    files::Service& files;
    files::Queries& queries;
    customers::Service& customers;
    budgets::Service& budgets;
    const Clock& clock;
    /// Ends a running answer; one that goes on all the same finds nowhere to be stored.
    std::function<void(const Scope&, const std::string& conversation_id)> stop_answer;
  };

  Service(Options options, Parts parts);

  /// Everything, in small transactions, the customer last: after a crash it can be done again.
  /// Errors: not_found ("Customer not found").
  Result<Erased> erase(const Scope& scope, const std::string& customer_id);

  /// {customer, exportedAt, conversations: [{conversationId, kind, createdAt, lastActivity, config,
  /// messages, receipts, files: [{fileId, fileName, fileType, sizeBytes, sha256, uploadedAt,
  /// content}]}]}. `content` is the upload in base64, null if it was deleted meanwhile. What only
  /// repeats this is left out: the stored replies of turns, tables made from files. Memory stays
  /// bounded by a few conversations. Errors: not_found; too_large (export_bytes_max); storage_full.
  Result<Export> export_all(const Scope& scope, const std::string& customer_id);

 private:
  Result<std::vector<conversations::Conversation>> conversations_of(
      const Scope& scope, const std::string& customer_id, const conversations::Place& after);

  Options options_;
  Parts parts_;
};

}  // namespace parley::people
