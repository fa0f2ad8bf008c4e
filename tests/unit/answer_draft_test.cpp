#include "providers/transport/draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::providers::transport {
namespace {

using testing::ElementsAre;

class AnswerDraftTest : public testing::Test {
 protected:
  const OnPart on_part_ = [this](const Part& part) {
    const auto* delta = std::get_if<TextDelta>(&part);
    parts_.push_back(delta == nullptr ? "(call)" : delta->text);
  };
  std::vector<std::string> parts_;
  AnswerDraft draft_{on_part_, "call"};
};

TEST_F(AnswerDraftTest, WordsThatArriveTogetherTravelTogether) {
  draft_.add_text("one ");
  draft_.add_text("two");
  draft_.pass_on();
  draft_.pass_on();
  draft_.add_text(" three");
  draft_.pass_on();
  EXPECT_THAT(parts_, ElementsAre("one two", " three"));
}

TEST_F(AnswerDraftTest, WordsBeforeACallComeBeforeIt) {
  draft_.add_text("Let me look.");
  draft_.open_call("", "query_data");
  EXPECT_THAT(parts_, ElementsAre("Let me look.", "(call)"));
}

TEST_F(AnswerDraftTest, TheEndLeavesNothingBehind) {
  draft_.add_text("last words");
  draft_.complete(Finish::stop, "end_turn");
  const auto answer = std::move(draft_).conclude(std::nullopt);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, "last words");
  EXPECT_THAT(parts_, ElementsAre("last words"));
}

}  // namespace
}  // namespace parley::providers::transport
