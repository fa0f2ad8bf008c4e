#include "datasets/local_message.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace parley::datasets {
namespace {

constexpr size_t control_bytes = CMSG_SPACE(sizeof(int) * message_descriptors_max);

struct alignas(cmsghdr) Control {
  std::array<char, control_bytes> bytes{};
};

tl::unexpected<Error> broken(const char* what) {
  return fail(ErrorCode::internal, "The query worker cannot be reached",
              std::string(what) + ": " + std::strerror(errno));
}

void attach(msghdr& header, Control& control, const std::vector<int>& descriptors) {
  if (descriptors.empty()) return;
  const size_t bytes = sizeof(int) * descriptors.size();
  header.msg_control = control.bytes.data();
  header.msg_controllen = CMSG_SPACE(bytes);
  cmsghdr* part = CMSG_FIRSTHDR(&header);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(bytes);
  std::memcpy(CMSG_DATA(part), descriptors.data(), bytes);
}

std::vector<FileDescriptor> take_descriptors(msghdr& header) {
  std::vector<FileDescriptor> descriptors;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int descriptor = -1;
      std::memcpy(&descriptor, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      descriptors.emplace_back(descriptor);
    }
  }
  return descriptors;
}

}  // namespace

Result<void> send_message(int socket, std::string_view text, const std::vector<int>& descriptors) {
  if (text.empty() || text.size() > message_bytes_max ||
      descriptors.size() > message_descriptors_max) {
    return fail(ErrorCode::internal, "A message to the query worker is out of bounds");
  }
  std::string bytes(text);
  iovec part = {bytes.data(), bytes.size()};
  Control control;
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  attach(header, control, descriptors);
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return broken("sendmsg");
  return {};
}

Result<LocalMessage> receive_message(int socket) {
  LocalMessage message;
  message.text.resize(message_bytes_max);
  iovec part = {message.text.data(), message.text.size()};
  Control control;
  msghdr header = {};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.bytes.data();
  header.msg_controllen = control.bytes.size();
  ssize_t received = -1;
  do {
    received = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  if (received < 0) return broken("recvmsg");
  message.descriptors = take_descriptors(header);
  message.text.resize(static_cast<size_t>(received));
  if ((static_cast<unsigned>(header.msg_flags) & unsigned{MSG_TRUNC | MSG_CTRUNC}) != 0) {
    return fail(ErrorCode::internal, "A message to the query worker is out of bounds");
  }
  return message;
}

}  // namespace parley::datasets
