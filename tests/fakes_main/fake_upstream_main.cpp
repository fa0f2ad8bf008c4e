// parley_fake_upstream: serves the contract fixtures over HTTP, for the vendors' own SDKs.
//
//   parley_fake_upstream <fixtures directory> [port]
//
// Prints "listening on http://127.0.0.1:<port>" and runs until its standard input closes. The
// "model" of a request names the fixture, and optionally the bytes per write: "tool_calls",
// "text@1". A number is an error status: "429".
#include <fmt/core.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/fakes/fake_upstream.h"

namespace {

using parley::fakes::FakeReply;
using parley::fakes::FakeRequest;
using Json = nlohmann::json;

std::string folder_of(const std::string& path) {
  if (path.ends_with("/messages")) return "claude";
  return path.ends_with("/responses") ? "responses" : "chat";
}

FakeReply error_reply(int status) {
  FakeReply reply;
  reply.status = status;
  reply.headers = {{"content-type", "application/json"}, {"x-should-retry", "false"}};
  reply.framing = FakeReply::Framing::length;
  reply.body = R"({"type":"error","error":{"type":"scripted_error","message":"Scripted"}})";
  return reply;
}

FakeReply answer(const std::string& fixtures, const FakeRequest& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  const std::string model = body.is_object() ? body.value("model", "") : "";
  const size_t at = model.find('@');
  const std::string name = model.substr(0, at);
  if (!name.empty() && name.find_first_not_of("0123456789") == std::string::npos) {
    return error_reply(std::stoi(name));
  }
  std::ifstream file(fixtures + "/" + folder_of(request.path) + "/" + name + ".txt",
                     std::ios::binary);
  if (name.find('/') != std::string::npos || !file) return error_reply(404);
  FakeReply reply;
  reply.headers.emplace_back("request-id", "req_fake");
  reply.headers.emplace_back("x-request-id", "req_fake");
  reply.body.assign(std::istreambuf_iterator<char>(file), {});
  if (at != std::string::npos) reply.piece_bytes = std::stoul(model.substr(at + 1));
  return reply;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: parley_fake_upstream <fixtures directory> [port]\n");
    return 2;
  }
  const std::string fixtures = arguments[1];
  const int port = count > 2 ? std::stoi(arguments[2]) : 0;
  const parley::fakes::FakeUpstream server(
      [fixtures](const FakeRequest& request) { return answer(fixtures, request); }, port);
  fmt::print("listening on {}\n", server.url());
  std::fflush(stdout);
  std::cin.ignore(std::numeric_limits<std::streamsize>::max(), EOF);
  return 0;
}
