#include "db/sqlite/failure.h"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

namespace parley::db::sqlite {

namespace {

bool is_full_disk(int system_errno) {
  return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

ErrorCode code_of(int primary_code, int system_errno) {
  switch (primary_code) {
    case SQLITE_FULL:
      return ErrorCode::storage_full;
    case SQLITE_CONSTRAINT:
      return ErrorCode::conflict;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return is_full_disk(system_errno) ? ErrorCode::storage_full : ErrorCode::unavailable;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return ErrorCode::unavailable;
    default:
      return ErrorCode::internal;
  }
}

const char* message_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::storage_full:
      return "The server's storage is full";
    case ErrorCode::conflict:
      return "This clashes with what is stored";
    case ErrorCode::unavailable:
      return "The database is not available right now";
    default:
      return "Internal error";
  }
}

}  // namespace

Error error_of(const std::exception& exception, int system_errno) {
  const auto* failure = dynamic_cast<const SQLite::Exception*>(&exception);
  if (failure == nullptr) return {ErrorCode::internal, "Internal error", exception.what()};
  const ErrorCode code = code_of(failure->getErrorCode() & 0xFF, system_errno);
  return {code, message_of(code),
          fmt::format("sqlite {} (errno {}): {}", failure->getExtendedErrorCode(), system_errno,
                      failure->what())};
}

}  // namespace parley::db::sqlite
