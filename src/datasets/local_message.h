// Messages between two processes of this machine: text together with open descriptors.
//
// Over a Unix socket that keeps messages apart (SOCK_SEQPACKET). Blocking, except for time limits
// set on the socket. Threads: one per direction of a socket. See unix(7), SCM_RIGHTS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace parley::datasets {

/// A request with its statement, every byte of it escaped, and ten long paths fits well.
inline constexpr size_t message_bytes_max = 160 * 1024;
inline constexpr size_t message_descriptors_max = 4;

struct LocalMessage {
  std::string text;  ///< empty: the other side has closed
  std::vector<FileDescriptor> descriptors;
};

/// `text`: 1 to message_bytes_max bytes. The receiver gets copies of the descriptors.
/// Errors: internal (the other side is gone, or the time limit passed).
Result<void> send_message(int socket, std::string_view text, const std::vector<int>& descriptors);

/// Errors: internal (a broken socket, the time limit passed, or a message out of bounds).
Result<LocalMessage> receive_message(int socket);

}  // namespace parley::datasets
