#include "people/export_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/base64.h"
#include "base/json_text.h"

namespace parley::people {

namespace {

constexpr size_t block_bytes = size_t{48} * 1024;  // whole groups of 3, so that base64 can go on

Error disk_failure(int error_number) {
  const bool is_full = error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
  return {is_full ? ErrorCode::storage_full : ErrorCode::internal,
          is_full ? "There is no space left for the export" : "The export could not be made",
          std::strerror(error_number)};
}

/// The next `block_bytes` at `offset`, fewer at the end only.
Result<std::string> read_block(const FileDescriptor& file, off_t offset) {
  std::string block(block_bytes, '\0');
  size_t filled = 0;
  while (filled < block.size()) {
    const ssize_t count = ::pread(file.get(), block.data() + filled, block.size() - filled,
                                  offset + static_cast<off_t>(filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(disk_failure(errno));
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  block.resize(filled);
  return block;
}

Result<void> append_content(ExportFile& out, const FileDescriptor& file) {
  TRY(out.append("\""));
  for (off_t offset = 0;; offset += static_cast<off_t>(block_bytes)) {
    ASSIGN_OR_RETURN(const std::string block, read_block(file, offset));
    TRY(out.append(to_base64(block)));
    if (block.size() < block_bytes) return out.append("\"");
  }
}

Result<void> append_file(ExportFile& out, const Service::Parts& parts, const Scope& scope,
                         const files::StoredFile& file) {
  std::string head = dump({{"fileId", file.id},
                           {"fileName", file.name},
                           {"fileType", formats::name_of(file.type)},
                           {"sizeBytes", file.size_bytes},
                           {"sha256", file.sha256},
                           {"uploadedAt", iso_timestamp(file.uploaded_at_ms)}});
  head.pop_back();  // the object goes on
  TRY(out.append(head + ",\"content\":"));
  const auto bytes = parts.files.open(scope, file);
  if (!bytes && bytes.error().code != ErrorCode::not_found) return fail(bytes.error());
  TRY(bytes ? append_content(out, *bytes) : out.append("null"));
  return out.append("}");
}

/// All receipts of a conversation, with all rows.
Result<Json> receipts_of(const Service::Parts& parts, const Scope& scope, const std::string& id) {
  ASSIGN_OR_RETURN(const auto by_message, parts.queries.by_message(scope, id));
  Json out = Json::array();
  for (const auto& [message_id, listed] : by_message) {
    for (const files::Receipt& receipt : listed) {
      const auto whole = parts.queries.find(scope, id, receipt.id);
      if (!whole) continue;  // deleted meanwhile
      out.push_back(files::to_json(*whole, whole->result.rows.size()));
      out.back()["messageId"] = message_id;
    }
  }
  return out;
}

}  // namespace

Result<ExportFile> ExportFile::make(const std::string& directory, int64_t bytes_max) {
  FileDescriptor file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file.is_open()) {
    // Some file systems (older overlays, network mounts) have no O_TMPFILE.
    std::string name = directory + "/.export-XXXXXX";
    file = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (!file.is_open()) return fail(disk_failure(errno));
    ::unlink(name.c_str());
  }
  return ExportFile(std::move(file), bytes_max);
}

Result<void> ExportFile::append(std::string_view bytes) {
  bytes_ += static_cast<int64_t>(bytes.size());
  if (bytes_ > bytes_max_) return fail(ErrorCode::too_large, "There is too much for one export");
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(disk_failure(errno));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<void> append_conversation(ExportFile& out, const Service::Parts& parts, const Scope& scope,
                                 const conversations::Conversation& conversation) {
  using Messages = std::vector<conversations::Message>;
  ASSIGN_OR_RETURN(const Messages messages,
                   parts.database.read<Messages>([&](const db::Reader& reader) -> Result<Messages> {
                     return parts.conversations.messages(reader, scope, conversation.id, {});
                   }));
  ASSIGN_OR_RETURN(const Json receipts, receipts_of(parts, scope, conversation.id));
  ASSIGN_OR_RETURN(const auto files, parts.files.list(scope, conversation.id));
  std::string text;
  JsonObjectText object(text);
  object.add_json("config", dump(conversation.config));
  object.add("conversationId", conversation.id);
  object.add("createdAt", iso_timestamp(conversation.created_at_ms));
  object.add("kind", conversation.kind);
  object.add("lastActivity", iso_timestamp(conversation.last_activity_ms));
  object.begin("messages");
  conversations::append_json(text, messages);
  object.add_json("receipts", dump(receipts));
  object.begin("files");  // written as they are read
  TRY(out.append(text));
  TRY(out.append("["));
  std::string_view separator;
  for (const files::StoredFile& file : files) {
    TRY(out.append(separator));
    TRY(append_file(out, parts, scope, file));
    separator = ",";
  }
  return out.append("]}");
}

}  // namespace parley::people
