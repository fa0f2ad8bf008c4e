// Between two steps of an answer: what stands in the way is told as what it is.
#include "chat/answer.h"

#include <gtest/gtest.h>

#include "providers/registry.h"
#include "tests/unit/files_fixture.h"
#include "tests/unit/provider_fakes.h"

namespace parley::chat {
namespace {

/// Nobody is called.
class NoUpstream final : public net::Upstream {
 public:
  std::unique_ptr<net::UpstreamCall> start(net::UpstreamRequest) override { return nullptr; }
};

/// Asks for a tool, and has the database closed before it gets its result.
class ClosingProvider final : public providers::Provider {
 public:
  ClosingProvider(db::Database& database, std::string says)
      : database_(database), says_(std::move(says)) {}
  const std::string& name() const override { return name_; }
  const std::string& label() const override { return name_; }
  const std::string& default_model() const override { return name_; }

  providers::AnswerResult answer(const providers::Request&, const providers::OnPart& on_part,
                                 std::stop_token) override {
    if (!says_.empty()) on_part(providers::TextDelta{says_});
    providers::Answer answer;
    answer.finish = providers::Finish::tool_calls;
    answer.tool_calls = {{"call-1", "no_such_tool", "{}", ""}};
    answer.provider = name_;
    database_.close();
    return answer;
  }

 private:
  db::Database& database_;
  const std::string name_ = "scripted";
  const std::string says_;
};

class AnswerTest : public files::FilesFixture {
 protected:
  AnswerOutcome run(const std::string& says) {
    ClosingProvider provider(*database_, says);
    SendMessage message;
    message.conversation_id = "c1";
    LiveTurn turn(scope_, message, "");
    turn.facts.tenant = std::make_shared<tenants::Tenant>();
    turn.facts.config = Json::object();
    turn.facts.provider = &provider;
    turn.facts.allowance.unit = tenants::Unit::tokens;
    Transcript transcript(turn.stream());
    return Answerer(options_, Spending(options_, parts_), *service_, queries_)
        .run(turn, transcript);
  }

  NoUpstream upstream_;
  datasets::Runner runner_{{}};
  files::Queries queries_{{}, *service_, runner_, *database_, clock_, entropy_};
  providers::Registry registry_{{}, upstream_, clock_, entropy_};
  tenants::Service tenants_{{}, *database_, entropy_};
  budgets::Service budgets_{*database_, entropy_};
  Metrics metrics_;
  Options options_;
  const Service::Parts parts_{*database_, conversations_, *service_, queries_, registry_,
                              tenants_,   budgets_,       metrics_,  clock_,   entropy_};
};

TEST_F(AnswerTest, ADatabaseThatFailsIsNoTokenLimit) {
  const auto outcome = run("");
  ASSERT_FALSE(outcome);
  const FailureText& text = outcome.error().text;
  EXPECT_EQ(text.status, 500);
  EXPECT_EQ(text.error, "Failed to process message");
  EXPECT_EQ(text.code, "unavailable");
  EXPECT_TRUE(text.retryable);
}

TEST_F(AnswerTest, WhatWasSaidBeforeItFailedStandsAndMayBeAskedAgain) {
  const auto outcome = run("Let me look.");
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->finish, "truncated");
}

}  // namespace
}  // namespace parley::chat
