// HttplibAdapter: cpp-httplib as the application server, off the network. The only home of it.
//
// It is given a canonical request from memory (method and target that the front door has checked,
// no client headers, no body), decodes the query, calls back, and serialises what it is told.
// Threads: run() from any number at once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "http/reply.h"
#include "net/message.h"

namespace parley::http {

class HttplibAdapter {
 public:
  using Query = std::map<std::string, std::string>;
  using Serve = std::function<Reply(Query query)>;

  HttplibAdapter();
  ~HttplibAdapter();

  /// `serve` is called once, on this thread, and must not throw. Its reply becomes the response;
  /// with a Later the response means nothing and `later` has it.
  net::Response run(const net::RequestHead& head, const Serve& serve, Later& later);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::http
