// A process without descriptors left refuses what needs one, and goes on.
#include "tests/api/app_fixture.h"
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
  EXPECT_EQ(metric("parley_answers_running"), 0);
}

}  // namespace
}  // namespace parley
