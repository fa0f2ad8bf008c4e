#include "http/forwarded.h"

#include <algorithm>

#include "base/origin.h"
#include "base/text.h"

namespace parley::http {

namespace {

/// The client as the nearest trusted proxies saw it; `peer` if they do not say.
std::string client_of(const AddressList& trusted, const net::HeaderFields& fields,
                      std::string peer) {
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->first != "x-forwarded-for") continue;
    std::string_view rest = field->second;
    while (!rest.empty()) {
      const size_t comma = rest.rfind(',');
      const std::string_view address =
          trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
      // What stands left of something unreadable is anybody's invention.
      if (!is_address(address)) return peer;
      peer = address;
      if (!trusted.contains(address)) return peer;
    }
  }
  return peer;
}

}  // namespace

Result<void> take_forwarded(const AddressList& trusted, Request& request) {
  if (trusted.empty() || !trusted.contains(request.peer_address)) return {};
  request.peer_address = client_of(trusted, request.headers, std::move(request.peer_address));
  const auto is_forwarded_host = [](const auto& field) {
    return field.first == "x-forwarded-host";
  };
  auto& fields = request.headers;
  const auto count = std::count_if(fields.begin(), fields.end(), is_forwarded_host);
  if (count == 0) return {};
  const auto forwarded = std::find_if(fields.begin(), fields.end(), is_forwarded_host);
  if (count > 1 || normal_host(forwarded->second).empty()) {
    return fail(ErrorCode::invalid, "X-Forwarded-Host must be one host name");
  }
  const std::string host = forwarded->second;
  std::erase_if(fields, [](const auto& field) { return field.first == "host"; });
  fields.emplace_back("host", host);
  return {};
}

}  // namespace parley::http
