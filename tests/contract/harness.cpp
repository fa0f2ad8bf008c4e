#include "tests/contract/harness.h"

#include <fstream>
#include <iterator>

#include "base/text.h"
#include "providers/claude/claude.h"
#include "providers/openai/openai.h"

namespace parley::contract {

using fakes::FakeReply;
using providers::Part;

const Vendor claude_vendor = {"claude", "/v1/messages"};
const Vendor responses_vendor = {"responses", "/v1/responses"};
const Vendor chat_vendor = {"chat", "/v1/chat/completions"};

std::string vendor_name(const testing::TestParamInfo<Vendor>& info) {
  return info.param.folder;
}

std::unique_ptr<providers::Provider> make_provider(const Vendor& vendor, const std::string& url,
                                                   net::Upstream& upstream, const Clock& clock,
                                                   net::UpstreamDeadlines deadlines) {
  if (vendor.folder == "claude") {
    providers::ClaudeOptions options;
    options.name = "claude";
    options.label = "Claude";
    options.api_key = api_key;
    options.base_url = url;
    options.default_model = "claude-haiku-5-5";
    options.deadlines = deadlines;
    return std::make_unique<providers::claude::Claude>(options, upstream, clock);
  }
  providers::OpenAiOptions options;
  options.name = "openai";
  options.label = "OpenAI";
  options.api_key = api_key;
  options.base_url = url + "/v1/";
  options.default_model = "gpt-6-luna";
  options.deadlines = deadlines;
  options.protocol = vendor.folder == "chat" ? providers::OpenAiProtocol::chat_completions
                                             : providers::OpenAiProtocol::responses;
  return std::make_unique<providers::openai::OpenAi>(options, upstream, clock);
}

std::string fixture(const Vendor& vendor, const std::string& name) {
  const std::string path = PARLEY_FIXTURES "/" + vendor.folder + "/" + name + ".txt";
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> split_events(const std::string& stream) {
  std::vector<std::string> events;
  for (size_t at = 0; at < stream.size();) {
    const size_t end = stream.find("\n\n", at) + 2;
    events.push_back(stream.substr(at, end - at));
    at = end;
  }
  return events;
}

std::string Outcome::joined() const {
  std::string text;
  for (const std::string& delta : deltas) text += delta;
  return text;
}

providers::Request simple_request() {
  providers::Request request;
  request.system = {"You are kind."};
  providers::Turn turn;
  turn.text = "Hello";
  request.turns = {turn};
  return request;
}

Outcome ask(providers::Provider& provider, const providers::Request& request,
            std::stop_token stop) {
  Outcome outcome;
  const auto on_part = [&outcome](const Part& part) {
    if (const auto* delta = std::get_if<providers::TextDelta>(&part)) {
      EXPECT_FALSE(delta->text.empty());
      EXPECT_TRUE(is_valid_utf8(delta->text));
      outcome.deltas.push_back(delta->text);
    } else {
      outcome.started.push_back(std::get<providers::ToolCallStarted>(part));
    }
  };
  outcome.result = provider.answer(request, on_part, std::move(stop));
  return outcome;
}

FakeReply stream_reply(std::string body, size_t piece_bytes) {
  FakeReply reply;
  reply.body = std::move(body);
  reply.piece_bytes = piece_bytes;
  return reply;
}

FakeReply error_reply(int status, std::string body,
                      std::vector<std::pair<std::string, std::string>> headers) {
  FakeReply reply;
  reply.status = status;
  reply.body = std::move(body);
  reply.headers = std::move(headers);
  reply.framing = FakeReply::Framing::length;
  return reply;
}

Outcome ProviderContract::ask_with(std::vector<FakeReply> replies,
                                   const providers::Request& request) {
  fakes::FakeUpstream server(fakes::in_order(std::move(replies)));
  const auto provider = make_provider(GetParam(), server.url(), *upstream_, clock_, deadlines_);
  Outcome outcome = ask(*provider, request);
  requests_ = server.requests();
  if (outcome.result) {
    EXPECT_EQ(outcome.joined(), outcome.result->text);
  } else {
    EXPECT_TRUE(outcome.deltas.empty()) << "a failure must have said nothing";
  }
  return outcome;
}

Outcome ProviderContract::ask_fixture(const std::string& name, size_t piece_bytes) {
  return ask_with({stream_reply(fixture(GetParam(), name), piece_bytes)});
}

}  // namespace parley::contract
