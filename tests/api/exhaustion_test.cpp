// A process without descriptors or threads left refuses what needs one, and goes on.
#include "tests/api/app_fixture.h"
#include "tests/api/http_fixture.h"
#include "tests/fakes/exhausted.h"

namespace parley {
namespace {

class ExhaustionTest : public AppFixture {
 protected:
  /// A connection that is there already, so that a request needs nothing new.
  std::unique_ptr<RawClient> connect() {
    auto client = std::make_unique<RawClient>(port());
    client->request("GET", "/readyz");
    EXPECT_EQ(answer_of(client->read_response()).status, 200);
    return client;
  }

  Answer say_on(RawClient& client, const std::string& session_id, const std::string& text) {
    client.request("POST", "/api/chat/message",
                   {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token_}},
                   dump({{"sessionId", session_id}, {"message", text}}));
    return answer_of(client.read_response());
  }
};

TEST_F(ExhaustionTest, WithoutDescriptorsTheFirstCallToAProviderFailsAlone) {
  if (fakes::sanitizer_needs_descriptors) GTEST_SKIP();
  script({says({"Hello"})});
  start();
  const std::string id = create_session();
  const auto client = connect();
  {
    const fakes::NoDescriptorsLeft none;
    const Answer failed = say_on(*client, id, "Hi");
    EXPECT_EQ(failed.status, 500);
    EXPECT_EQ(failed.body["details"],
              "The AI service cannot be reached right now. Please try again.");
  }
  EXPECT_EQ(history(id).size(), 0U);
  EXPECT_EQ(say_on(*client, id, "Hi").body["response"], "Hello");
  EXPECT_TRUE(eventually([this] { return metric("parley_answers_running") == 0; }));
}

TEST_F(ExhaustionTest, WithoutThreadsAMessageIsRefusedAndNeverRuns) {
  start();
  const std::string id = create_session();
  {
    const fakes::NoThreadsLeft none;
    const Answer refused = say(id, "Hi");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.raw.header("retry-after"), "1");
  }
  EXPECT_TRUE(eventually([this] { return metric("parley_answers_running") == 0; }));
  EXPECT_EQ(say(id, "Hi again").status, 200);
  const Json messages = history(id);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0]["content"], "Hi again");
}

TEST_F(ExhaustionTest, WithoutThreadsFilesAndQueriesAreRefused) {
  start();
  const std::string id = create_session();
  const auto upload = [&] {
    return answer_of(
        fetch(port(), "POST", "/api/files/upload",
              {{"Content-Type", upload_form_type}, {"Authorization", "Bearer " + token_}},
              upload_form(id)));
  };
  const auto query = [&] {
    return call("POST", "/api/files/sql/" + id, {{"sql", "SELECT count(*) FROM data"}});
  };
  {
    const fakes::NoThreadsLeft none;
    const Answer refused = upload();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.raw.header("retry-after"), "1");
  }
  ASSERT_EQ(upload().status, 200);
  {
    const fakes::NoThreadsLeft none;
    const Answer refused = query();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.raw.header("retry-after"), "1");
  }
  EXPECT_EQ(query().status, 200);
}

}  // namespace
}  // namespace parley
