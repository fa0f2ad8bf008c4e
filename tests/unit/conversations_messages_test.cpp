// Order and numbers of messages: also under concurrency, clearing, and answers that fail.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "conversations/conversations.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::conversations {
namespace {

using testing::ElementsAre;

class MessagesTest : public testing::Test {
 protected:
  MessagesTest() {
    auto opened = db::Database::open({.path = directory_.path("parley.db")}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    service_ = std::make_unique<Service>(Options{}, *database_, clock_, entropy_);
    EXPECT_TRUE(write([](const db::Tx& tx) -> Result<bool> {
      tx.execute("INSERT INTO tenants (id, name, created_at) VALUES ('default', '', 0)", {});
      return true;
    }));
    id_ = service_->create(visitor_, Json::object()).value().conversation.id;
  }

  /// Runs `work` in a write transaction.
  template <class Work>
  auto write(Work work) -> decltype(work(std::declval<const db::Tx&>())) {
    using Value = typename decltype(work(std::declval<const db::Tx&>()))::value_type;
    return database_->template write<Value>(visitor_, work);
  }

  Result<Message> say(const std::string& text) {
    return write(
        [&](const db::Tx& tx) { return service_->append_visitor(tx, visitor_, id_, text); });
  }
  Result<int64_t> reserve() {
    return write([&](const db::Tx& tx) { return service_->reserve_seq(tx, visitor_, id_); });
  }
  Result<Message> answer(int64_t seq, const std::string& text, const std::string& message_id) {
    const AnswerFacts facts{"stop", "demo", "demo-1", {{"outputTokens", 3}}, 12};
    return write([&](const db::Tx& tx) {
      return service_->append_answer(tx, visitor_, id_, seq, message_id, text, facts);
    });
  }
  void release(int64_t expected_last_seq, int64_t count) {
    ASSERT_TRUE(write([&](const db::Tx& tx) -> Result<bool> {
      service_->release_seqs(tx, visitor_, id_, expected_last_seq, count);
      return true;
    }));
  }
  std::vector<std::string> contents(int64_t limit = 100) {
    std::vector<std::string> out;
    const auto history = service_->history(visitor_, id_, limit);
    for (const Message& message : history->messages) {
      out.push_back(std::to_string(message.seq) + " " + message.content);
    }
    return out;
  }
  int64_t count() {
    return write([&](const db::Tx& tx) -> Result<int64_t> {
             return service_->count_messages(tx, visitor_, id_);
           })
        .value();
  }
  int64_t last_seq() { return service_->get(visitor_, id_)->last_seq; }

  FakeClock clock_;
  FakeEntropy entropy_;
  TempDir directory_;
  Scope visitor_ = ScopeForTests::visitor();
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Service> service_;
  std::string id_;
};

TEST_F(MessagesTest, ATurnIsStoredWithAllItsFacts) {
  const auto said = say("how many?");
  ASSERT_TRUE(said);
  clock_.advance_ms(900);
  const auto answered = answer(reserve().value(), "three \xF0\x9F\x98\x80", "m-2");
  ASSERT_TRUE(answered);
  const auto all = service_->history(visitor_, id_, 10).value().messages;
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].seq, 1);
  EXPECT_EQ(all[0].author, Author::visitor);
  EXPECT_EQ(all[0].content, "how many?");
  EXPECT_EQ(all[0].finish, "");
  EXPECT_EQ(all[0].id, said->id);
  EXPECT_EQ(all[1].seq, 2);
  EXPECT_EQ(all[1].author, Author::assistant);
  EXPECT_EQ(all[1].content, "three \xF0\x9F\x98\x80");
  EXPECT_EQ(all[1].finish, "stop");
  EXPECT_EQ(all[1].id, "m-2");
  EXPECT_EQ(all[1].created_at_ms - all[0].created_at_ms, 900);
  const auto facts =
      database_->read<std::string>([](const db::Reader& reader) -> Result<std::string> {
        return *reader.first(
            "SELECT provider || ' ' || model || ' ' || usage || ' ' || response_ms FROM messages "
            "WHERE seq = 2",
            {}, [](const db::Row& row) { return row.text(0); });
      });
  EXPECT_EQ(facts.value(), "demo demo-1 {\"outputTokens\":3} 12");
}

TEST_F(MessagesTest, TheLastOnesAreGivenOldestFirst) {
  for (const char* text : {"a", "b", "c", "d"}) ASSERT_TRUE(say(text));
  EXPECT_THAT(contents(2), ElementsAre("3 c", "4 d"));
  EXPECT_THAT(contents(100), ElementsAre("1 a", "2 b", "3 c", "4 d"));
  EXPECT_TRUE(contents(0).empty());
}

TEST_F(MessagesTest, TheNewestWithinTheirBytesAreGiven) {
  const auto read = [&](const Newest& which) {
    std::string seqs;
    const auto done = write([&](const db::Tx& tx) -> Result<bool> {
      for (const Message& message : service_->messages(tx, visitor_, id_, which)) {
        seqs += std::to_string(message.seq);
      }
      return true;
    });
    EXPECT_TRUE(done);
    return seqs;
  };
  for (const char* text : {"x", "12345", "\n\"", "1234567890"}) ASSERT_TRUE(say(text));
  EXPECT_EQ(read({}), "1234");
  EXPECT_EQ(read({.messages_max = 2}), "34");
  EXPECT_EQ(read({.bytes_max = 18}), "34") << "a line break and a quote are 8 bytes of JSON";
  EXPECT_EQ(read({.bytes_max = 17}), "4");
  EXPECT_EQ(read({.bytes_max = 22}), "34") << "none is left out between";
  EXPECT_EQ(read({.bytes_max = 24}), "1234");
  EXPECT_EQ(read({.bytes_max = 1}), "4") << "the newest in any case";
  EXPECT_EQ(read({.messages_max = 2, .before_seq = 3}), "12");
}

/// Answers of a history are held in memory until they are sent.
TEST_F(MessagesTest, AHistoryHasABoundInBytes) {
  const std::string text(history_bytes_max / 4, 't');
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(say(text));
  EXPECT_EQ(contents().size(), 4U);
  EXPECT_EQ(service_->messages(visitor_, id_, 100)->front().seq, 3);
}

TEST_F(MessagesTest, AFullConversationTakesNoMoreMessages) {
  Options options;
  options.message_bytes_max = 10;
  service_ = std::make_unique<Service>(options, *database_, clock_, entropy_);
  ASSERT_TRUE(say("\xC3\xA4\xC3\xB6\xC3\xBC"));
  const auto refused = say("12345");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  EXPECT_EQ(refused.error().message, "This conversation is full. Start a new one.");
  ASSERT_TRUE(say("1234"));
  EXPECT_TRUE(answer(reserve().value(), "what was asked is answered", "m"));
  EXPECT_FALSE(say(""));
  ASSERT_TRUE(write([&](const db::Tx& tx) -> Result<bool> {
    for (const int64_t seq : {2, 3}) service_->remove_message(tx, visitor_, id_, seq);
    return true;
  }));
  ASSERT_TRUE(say("4321")) << "what is removed makes room";
  EXPECT_FALSE(say("x"));
  ASSERT_TRUE(service_->clear(visitor_, id_));
  EXPECT_TRUE(say("0123456789"));
}

TEST_F(MessagesTest, OneIsFoundByNumberAndById) {
  const auto said = say("here");
  auto found = write([&](const db::Tx& tx) -> Result<bool> {
    EXPECT_EQ(service_->find_message(tx, visitor_, id_, 1)->id, said->id);
    EXPECT_EQ(service_->find_message(tx, visitor_, id_, 2), std::nullopt);
    EXPECT_EQ(service_->find_message_by_id(tx, visitor_, id_, said->id)->seq, 1);
    EXPECT_EQ(service_->find_message_by_id(tx, visitor_, id_, "nobody"), std::nullopt);
    EXPECT_EQ(service_->count_messages(tx, visitor_, id_), 1);
    return true;
  });
  EXPECT_TRUE(found);
}

TEST_F(MessagesTest, NumbersGrowByOneUnderConcurrentSends) {
  constexpr size_t threads_count = 8;
  constexpr int sends_each = 20;
  std::vector<std::vector<int64_t>> seqs(threads_count);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : seqs) {
      threads.emplace_back([&] {
        for (int i = 0; i < sends_each; ++i) mine.push_back(say("x").value().seq);
      });
    }
  }
  std::set<int64_t> all;
  for (const auto& mine : seqs) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(all.size(), threads_count * sends_each);
  EXPECT_EQ(*all.begin(), 1);
  EXPECT_EQ(*all.rbegin(), static_cast<int64_t>(threads_count * sends_each));
  EXPECT_EQ(last_seq(), *all.rbegin());
}

TEST_F(MessagesTest, AnAnswerNeedsAReservedAndFreeNumber) {
  ASSERT_TRUE(say("q"));
  EXPECT_EQ(answer(2, "not reserved", "m").error().code, ErrorCode::conflict);
  EXPECT_EQ(answer(1, "taken", "m").error().code, ErrorCode::conflict);
  EXPECT_EQ(answer(0, "nonsense", "m").error().code, ErrorCode::not_found);
  const int64_t seq = reserve().value();
  EXPECT_TRUE(answer(seq, "first", "m"));
  EXPECT_EQ(answer(seq, "second", "m2").error().code, ErrorCode::conflict);
  EXPECT_THAT(contents(), ElementsAre("1 q", "2 first"));
}

TEST_F(MessagesTest, ARemovedAnswerCanBeReplacedAtItsNumber) {
  ASSERT_TRUE(say("q"));
  const int64_t seq = reserve().value();
  ASSERT_TRUE(answer(seq, "half an ans", "m1"));
  auto replaced = write([&](const db::Tx& tx) {
    service_->remove_message(tx, visitor_, id_, seq);
    return service_->append_answer(tx, visitor_, id_, seq, "m2", "whole answer", {});
  });
  ASSERT_TRUE(replaced) << replaced.error().detail;
  EXPECT_THAT(contents(), ElementsAre("1 q", "2 whole answer"));
}

TEST_F(MessagesTest, ReleasedNumbersAreGivenAgain) {
  ASSERT_EQ(reserve().value(), 1);
  ASSERT_EQ(reserve().value(), 2);
  release(2, 2);
  EXPECT_EQ(last_seq(), 0);
  EXPECT_EQ(say("again")->seq, 1);
}

TEST_F(MessagesTest, NumbersAreNotReleasedWhenSomethingCameAfter) {
  ASSERT_EQ(reserve().value(), 1);
  ASSERT_EQ(reserve().value(), 2);
  ASSERT_EQ(say("meanwhile")->seq, 3);
  release(2, 2);
  EXPECT_EQ(last_seq(), 3);
}

TEST_F(MessagesTest, ANumberThatAMessageHasIsNotReleased) {
  ASSERT_EQ(say("kept")->seq, 1);
  ASSERT_EQ(reserve().value(), 2);
  release(2, 2);
  EXPECT_EQ(last_seq(), 2);
  release(2, 1);
  EXPECT_EQ(last_seq(), 1);
  EXPECT_THAT(contents(), ElementsAre("1 kept"));
}

TEST_F(MessagesTest, ClearingKeepsTheNumbersGoing) {
  ASSERT_TRUE(say("a"));
  ASSERT_TRUE(say("b"));
  EXPECT_EQ(service_->clear(visitor_, id_).value(), 2);
  EXPECT_EQ(service_->clear(visitor_, id_).value(), 0);
  EXPECT_TRUE(contents().empty());
  EXPECT_EQ(say("c")->seq, 3);
}

/// A long answer may end after its conversation's idle time.
TEST_F(MessagesTest, WhatWasAskedInTimeIsAnsweredLater) {
  ASSERT_TRUE(say("q"));
  clock_.advance_ms(Options{}.idle_ms);
  EXPECT_EQ(say("too late").error().code, ErrorCode::not_found);
  const auto seq = reserve();
  ASSERT_TRUE(seq) << seq.error().message;
  EXPECT_TRUE(answer(*seq, "a", "m"));
  EXPECT_THAT(contents(), ElementsAre("1 q", "2 a")) << "an answer is activity";
}

/// The visitor clears the chat while an answer is being written: it must not come back alone.
TEST_F(MessagesTest, AnAnswerBegunBeforeClearingIsNotStored) {
  ASSERT_TRUE(say("q"));
  const int64_t seq = reserve().value();
  EXPECT_EQ(service_->clear(visitor_, id_).value(), 1);
  EXPECT_EQ(answer(seq, "too late", "m").error().code, ErrorCode::not_found);
  release(seq, 2);
  EXPECT_EQ(last_seq(), seq) << "cleared numbers stay taken";
  ASSERT_EQ(say("new")->seq, seq + 1);
  EXPECT_TRUE(answer(reserve().value(), "answer", "m"));
  EXPECT_THAT(contents(), ElementsAre("3 new", "4 answer"));
}

TEST_F(MessagesTest, TheCountFollowsTheMessages) {
  EXPECT_EQ(count(), 0);
  ASSERT_TRUE(say("q"));
  const int64_t seq = reserve().value();
  EXPECT_EQ(count(), 1) << "a reserved number is no message";
  ASSERT_TRUE(answer(seq, "a", "m1"));
  EXPECT_FALSE(answer(seq, "once more", "m2"));
  EXPECT_EQ(count(), 2);
  const auto remove = [&](const db::Tx& tx) -> Result<bool> {
    for (const int64_t one : {seq, seq, seq + 1}) service_->remove_message(tx, visitor_, id_, one);
    return true;
  };
  ASSERT_TRUE(write(remove));
  EXPECT_EQ(count(), 1) << "what is not there cannot be removed";
  EXPECT_EQ(service_->clear(visitor_, id_).value(), 1);
  EXPECT_EQ(count(), 0);
  ASSERT_TRUE(say("after"));
  EXPECT_EQ(count(), 1);
}

TEST_F(MessagesTest, AFailedTransactionLeavesNoTrace) {
  auto failed = write([&](const db::Tx& tx) -> Result<bool> {
    EXPECT_TRUE(service_->append_visitor(tx, visitor_, id_, "gone"));
    EXPECT_TRUE(service_->merge_config(tx, visitor_, id_, {{"botName", "Eve"}}));
    return fail(ErrorCode::unavailable, "provider down");
  });
  ASSERT_FALSE(failed);
  EXPECT_TRUE(contents().empty());
  EXPECT_EQ(count(), 0);
  EXPECT_EQ(last_seq(), 0);
  EXPECT_EQ(service_->get(visitor_, id_)->config, Json::object());
}

}  // namespace
}  // namespace parley::conversations
