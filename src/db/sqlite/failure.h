// Failure: what a library exception means to a caller of db::Database.
#pragma once

#include <exception>

#include "base/result.h"

namespace parley::db::sqlite {

/// SQLite result codes → ErrorCode: FULL (or a full disk behind an I/O error) → storage_full;
/// CONSTRAINT → conflict; what waiting may heal (BUSY, IOERR, NOMEM, INTERRUPT, …) or an operator
/// must (CANTOPEN, NOTADB, CORRUPT, READONLY) → unavailable; the rest, our own faults → internal.
/// `system_errno` is the operating system's number of the failing call, 0 if none. The message is
/// for anybody; the library's text goes to `detail`.
Error error_of(const std::exception& exception, int system_errno = 0);

}  // namespace parley::db::sqlite
