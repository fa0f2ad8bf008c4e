// What every provider's contract test needs: the vendors, their fixtures, and one way to ask.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/upstream.h"
#include "providers/provider.h"
#include "tests/fakes/fake_upstream.h"

namespace parley::contract {

/// The key that every provider of these tests has: it must never come out of one.
inline constexpr std::string_view api_key = "sk-test-0123456789abcdef";

/// One protocol. `folder` names its fixtures.
struct Vendor {
  std::string folder;  ///< "claude", "responses", "chat"
  std::string path;    ///< where its POST goes
};

std::unique_ptr<providers::Provider> make_provider(const Vendor& vendor, const std::string& url,
                                                   net::Upstream& upstream, const Clock& clock,
                                                   net::UpstreamDeadlines deadlines = {});

/// The bytes of tests/contract/fixtures/<folder>/<name>.txt.
std::string fixture(const Vendor& vendor, const std::string& name);

/// The events of a stream, each with its blank line.
std::vector<std::string> split_events(const std::string& stream);

/// An outcome with what arrived on the way.
struct Outcome {
  std::vector<std::string> deltas;
  std::vector<providers::ToolCallStarted> started;
  providers::AnswerResult result;

  std::string joined() const;
};

providers::Request simple_request();
Outcome ask(providers::Provider& provider, const providers::Request& request,
            std::stop_token stop = {});

fakes::FakeReply stream_reply(std::string body, size_t piece_bytes = 0);
fakes::FakeReply error_reply(int status, std::string body,
                             std::vector<std::pair<std::string, std::string>> headers = {});

/// Each test runs once per vendor, with an upstream of its own.
class ProviderContract : public testing::TestWithParam<Vendor> {
 protected:
  /// Asks a provider whose server gives `replies` in order.
  Outcome ask_with(std::vector<fakes::FakeReply> replies,
                   const providers::Request& request = simple_request());
  Outcome ask_fixture(const std::string& name, size_t piece_bytes = 0);

  SystemClock clock_;
  std::unique_ptr<net::Upstream> upstream_ = net::make_curl_upstream();
  net::UpstreamDeadlines deadlines_;
  std::vector<fakes::FakeRequest> requests_;  ///< of the last ask_with
};

extern const Vendor claude_vendor;
extern const Vendor responses_vendor;
extern const Vendor chat_vendor;
std::string vendor_name(const testing::TestParamInfo<Vendor>& info);

}  // namespace parley::contract
