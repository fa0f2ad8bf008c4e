#include "bench/mock_provider/request.h"

#include <strings.h>

#include <cstdlib>

namespace parley::bench {
namespace {

/// The value of header field `name` in a head, or nothing.
std::optional<std::string> header(const std::string& head, std::string_view name) {
  for (size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at)) {
    at += 2;
    if (strncasecmp(head.c_str() + at, name.data(), name.size()) != 0) continue;
    if (head[at + name.size()] != ':') continue;
    const size_t begin = head.find_first_not_of(' ', at + name.size() + 1);
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
  return std::nullopt;
}

/// Where the chunked body at `begin` ends, its content in `body`; nothing if it is not whole yet.
std::optional<size_t> take_chunks(const std::string& buffer, size_t begin, std::string& body) {
  for (size_t at = begin;;) {
    const size_t line_end = buffer.find("\r\n", at);
    if (line_end == std::string::npos) return std::nullopt;
    const size_t size = std::strtoull(buffer.c_str() + at, nullptr, 16);
    const size_t next = line_end + 2 + size + 2;
    if (buffer.size() < next) return std::nullopt;
    if (size == 0) return next;
    body.append(buffer, line_end + 2, size);
    at = next;
  }
}

}  // namespace

std::optional<Request> take_request(std::string& buffer) {
  const size_t head_end = buffer.find("\r\n\r\n");
  if (head_end == std::string::npos) return std::nullopt;
  const std::string head = buffer.substr(0, head_end + 2);
  const size_t body_begin = head_end + 4;
  Request request;
  size_t end = body_begin;
  if (header(head, "transfer-encoding")) {
    const auto chunks_end = take_chunks(buffer, body_begin, request.body);
    if (!chunks_end) return std::nullopt;
    end = *chunks_end;
  } else if (const auto length = header(head, "content-length")) {
    end += std::strtoull(length->c_str(), nullptr, 10);
    if (buffer.size() < end) return std::nullopt;
    request.body = buffer.substr(body_begin, end - body_begin);
  }
  const size_t path_begin = head.find(' ') + 1;
  const size_t path_end = head.find(' ', path_begin);
  const std::string target = head.substr(path_begin, path_end - path_begin);
  const size_t query_begin = target.find('?');
  request.method = head.substr(0, path_begin - 1);
  request.path = target.substr(0, query_begin);
  if (query_begin != std::string::npos) request.query = target.substr(query_begin);
  request.close = header(head, "connection").value_or("") == "close";
  buffer.erase(0, end);
  return request;
}

double query_number(std::string_view query, std::string_view name, double otherwise) {
  const std::string text(query);
  for (const char before : {'?', '&'}) {
    const std::string key = before + std::string(name) + "=";
    const size_t at = text.find(key);
    if (at != std::string::npos) return std::strtod(text.c_str() + at + key.size(), nullptr);
  }
  return otherwise;
}

}  // namespace parley::bench
