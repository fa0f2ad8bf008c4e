#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/ids.h"
#include "conversations/conversations.h"
#include "crypto/digest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::conversations {
namespace {

using testing::HasSubstr;

constexpr int64_t minute_ms = 60'000;

class ConversationsTest : public testing::Test {
 protected:
  ConversationsTest() {
    auto opened = db::Database::open({.path = directory_.path("parley.db")}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    restart();
    EXPECT_TRUE(database_->write<
                bool>(ScopeForTests::system(), [](const db::Tx& tx) -> Result<bool> {
      tx.execute(
          "INSERT INTO tenants (id, name, created_at) VALUES ('default', '', 0), ('other', '', 0)",
          {});
      return true;
    }));
  }

  /// A new service on the same data, as after a crash: what was only in memory is gone.
  void restart() { service_ = std::make_unique<Service>(options_, *database_, clock_, entropy_); }

  std::string create(const Json& config = Json::object()) {
    return service_->create(visitor_, config).value().conversation.id;
  }

  Result<Message> say(const std::string& id, const std::string& text) {
    return database_->write<Message>(visitor_, [&](const db::Tx& tx) {
      return service_->append_visitor(tx, visitor_, id, text);
    });
  }

  Result<int64_t> reserve(const std::string& id) {
    return database_->write<int64_t>(
        visitor_, [&](const db::Tx& tx) { return service_->reserve_seq(tx, visitor_, id); });
  }

  Result<Message> answer(const std::string& id, int64_t seq, const std::string& text) {
    const AnswerFacts facts{"stop", "demo", "demo-1", {{"outputTokens", 3}}, 12};
    return database_->write<Message>(visitor_, [&](const db::Tx& tx) {
      return service_->append_answer(tx, visitor_, id, seq, new_uuid(entropy_), text, facts);
    });
  }

  FakeClock clock_;
  FakeEntropy entropy_;
  TempDir directory_;
  Options options_;
  Scope visitor_ = ScopeForTests::visitor();
  Scope stranger_ = ScopeForTests::visitor("other");
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Service> service_;
};

TEST_F(ConversationsTest, ACreatedConversationComesBackWhole) {
  const Json config = {{"botName", "Ada"}, {"botIcon", nullptr}, {"myKey", {1, 2, {{"x", "é"}}}}};
  const auto created = service_->create(visitor_, config);
  ASSERT_TRUE(created);
  EXPECT_TRUE(is_uuid(created->conversation.id));
  EXPECT_EQ(created->visitor_token.size(), 43U);
  clock_.advance_ms(minute_ms);
  const auto found = service_->get(visitor_, created->conversation.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->config, config);
  EXPECT_EQ(found->last_seq, 0);
  EXPECT_EQ(found->created_at_ms, clock_.now_ms() - minute_ms);
  EXPECT_EQ(found->last_activity_ms, found->created_at_ms);
}

TEST_F(ConversationsTest, OnlyTheHashOfTheTokenIsStored) {
  const auto created = service_->create(visitor_, Json::object());
  std::string stored;
  auto read = database_->read<bool>([&](const db::Reader& reader) -> Result<bool> {
    reader.query("SELECT token_hash FROM conversations", {},
                 [&](const db::Row& row) { stored = row.text(0); });
    return true;
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(stored, crypto::hmac_sha256_hex("", created->visitor_token));
}

TEST_F(ConversationsTest, KnownConfigKeysMustHaveTheirType) {
  const std::vector<std::pair<Json, std::string>> refused = {
      {{{"aiProvider", 5}}, "config.aiProvider must be a string"},
      {{{"botName", {"x"}}}, "config.botName must be a string"},
      {{{"maxTokens", "100"}}, "config.maxTokens must be an integer from 1 to 8192"},
      {{{"maxTokens", 0}}, "config.maxTokens must be an integer from 1 to 8192"},
      {{{"maxTokens", 8193}}, "config.maxTokens must be an integer from 1 to 8192"},
      {{{"maxTokens", 1.5}}, "config.maxTokens must be an integer from 1 to 8192"},
      {{{"maxTokens", UINT64_MAX}}, "config.maxTokens must be an integer from 1 to 8192"},
      {{{"pageContext", "x"}}, "config.pageContext must be an object"},
      {{{"jsonData", 1}}, "config.jsonData must be an object or an array"},
      {Json::array(), "config must be an object"},
  };
  const std::string id = create();
  for (const auto& [config, message] : refused) {
    const auto created = service_->create(visitor_, config);
    ASSERT_FALSE(created) << config;
    EXPECT_EQ(created.error().code, ErrorCode::invalid);
    EXPECT_EQ(created.error().message, message);
    const auto merged = service_->merge_config(visitor_, id, config);
    ASSERT_FALSE(merged) << config;
    EXPECT_EQ(merged.error().message, message);
  }
  for (const Json& accepted : {Json{{"maxTokens", 1}}, Json{{"maxTokens", 8192}},
                               Json{{"aiProvider", nullptr}}, Json{{"jsonData", Json::array()}}}) {
    EXPECT_TRUE(service_->create(visitor_, accepted)) << accepted;
  }
}

TEST_F(ConversationsTest, AConfigOverTheBoundIsRefusedAlsoWhenMerged) {
  options_.config_bytes_max = 100;
  restart();
  const std::string frame = dump({{"a", ""}});
  const auto of_size = [&](size_t bytes) {
    return Json{{"a", std::string(bytes - frame.size(), 'x')}};
  };
  EXPECT_EQ(service_->create(visitor_, of_size(101)).error().code, ErrorCode::invalid);
  const auto created = service_->create(visitor_, of_size(100));
  ASSERT_TRUE(created);
  const std::string id = created->conversation.id;
  EXPECT_EQ(service_->merge_config(visitor_, id, {{"b", 1}}).error().code, ErrorCode::invalid);
  EXPECT_EQ(service_->get(visitor_, id)->config, of_size(100));
}

TEST_F(ConversationsTest, MergeIsShallowAndStored) {
  const std::string id = create({{"botName", "Ada"}, {"pageData", {{"url", "a"}, {"title", "b"}}}});
  const auto merged =
      service_->merge_config(visitor_, id, {{"pageData", {{"url", "c"}}}, {"x", 1}});
  const Json expected = {{"botName", "Ada"}, {"pageData", {{"url", "c"}}}, {"x", 1}};
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->config, expected);
  EXPECT_EQ(service_->get(visitor_, id)->config, expected);
  EXPECT_EQ(service_->merge_config(visitor_, id, Json::object())->config, expected);
}

TEST_F(ConversationsTest, WhatIsAbsentIsNotFoundEverywhere) {
  for (const std::string id : {"00000000-0000-4000-8000-000000000000", "", "'; DROP TABLE x"}) {
    EXPECT_EQ(service_->get(visitor_, id).error().code, ErrorCode::not_found);
    EXPECT_EQ(service_->touch(visitor_, id).error().code, ErrorCode::not_found);
    EXPECT_EQ(service_->merge_config(visitor_, id, {}).error().code, ErrorCode::not_found);
    EXPECT_EQ(service_->history(visitor_, id, 10).error().code, ErrorCode::not_found);
    EXPECT_EQ(service_->clear(visitor_, id).error().code, ErrorCode::not_found);
    EXPECT_EQ(say(id, "x").error().code, ErrorCode::not_found);
    EXPECT_EQ(reserve(id).error().code, ErrorCode::not_found);
    EXPECT_EQ(answer(id, 1, "x").error().code, ErrorCode::not_found);
  }
}

/// Every function, called on a conversation that is there but not the caller's, against one that is
/// absent: the same answer, and nothing changed.
void expect_hidden(Service& service, db::Database& database, const Scope& scope,
                   const std::string& id, int64_t seq, const std::string& message_id,
                   ErrorCode expected) {
  EXPECT_EQ(service.get(scope, id).error().code, expected);
  EXPECT_EQ(service.touch(scope, id).error().code, expected);
  EXPECT_EQ(service.merge_config(scope, id, {{"botName", "Eve"}}).error().code, expected);
  EXPECT_EQ(service.history(scope, id, 10).error().code, expected);
  EXPECT_EQ(service.clear(scope, id).error().code, expected);
  auto within = database.write<bool>(scope, [&](const db::Tx& tx) -> Result<bool> {
    EXPECT_EQ(service.touch(tx, scope, id).error().code, expected);
    EXPECT_EQ(service.merge_config(tx, scope, id, {}).error().code, expected);
    EXPECT_EQ(service.append_visitor(tx, scope, id, "x").error().code, expected);
    EXPECT_EQ(service.append_answer(tx, scope, id, seq + 1, "m", "x", {}).error().code, expected);
    EXPECT_EQ(service.reserve_seq(tx, scope, id).error().code, expected);
    EXPECT_EQ(service.find_message(tx, scope, id, seq), std::nullopt);
    EXPECT_EQ(service.find_message_by_id(tx, scope, id, message_id), std::nullopt);
    EXPECT_TRUE(service.messages(tx, scope, id, {}).empty());
    EXPECT_EQ(service.count_messages(tx, scope, id), 0);
    service.remove_message(tx, scope, id, seq);
    service.release_seqs(tx, scope, id, seq + 1, 1);
    return true;
  });
  EXPECT_TRUE(within);
}

TEST_F(ConversationsTest, AnotherTenantSeesAndChangesNothing) {
  const std::string id = create({{"botName", "Ada"}});
  const auto said = say(id, "secret");
  ASSERT_EQ(reserve(id).value(), 2);
  expect_hidden(*service_, *database_, stranger_, id, 1, said->id, ErrorCode::not_found);
  EXPECT_EQ(service_->get(visitor_, id)->config["botName"], "Ada");
  EXPECT_EQ(service_->get(visitor_, id)->last_seq, 2);
  EXPECT_EQ(service_->history(visitor_, id, 10)->messages.size(), 1U);
  EXPECT_EQ(service_->statistics(stranger_)->total, 0);
  EXPECT_EQ(service_->statistics(visitor_)->total, 1);
}

TEST_F(ConversationsTest, WhereProofIsDemandedOnlyTheOwnTokenOpens) {
  const auto created = service_->create(visitor_, Json::object());
  const auto another = service_->create(visitor_, Json::object());
  const std::string id = created->conversation.id;
  const auto said = say(id, "secret");
  ASSERT_EQ(reserve(id).value(), 2);
  const Scope none = ScopeForTests::visitor("default", {true, ""});
  const Scope wrong = ScopeForTests::visitor(
      "default", {true, crypto::hmac_sha256_hex("", another->visitor_token)});
  const Scope owner = ScopeForTests::visitor(
      "default", {true, crypto::hmac_sha256_hex("", created->visitor_token)});
  expect_hidden(*service_, *database_, none, id, 1, said->id, ErrorCode::unauthorized);
  expect_hidden(*service_, *database_, wrong, id, 1, said->id, ErrorCode::not_found);
  EXPECT_EQ(service_->get(none, id).error().message, "Visitor token required");
  const auto absent = service_->get(wrong, "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(service_->get(wrong, id).error().message, absent.error().message);
  EXPECT_EQ(service_->history(owner, id, 10).value().messages.at(0).content, "secret");
  EXPECT_TRUE(service_->get(ScopeForTests::system(), id)) << "jobs need no token";
  EXPECT_EQ(service_->clear(owner, id).value(), 1);
}

TEST_F(ConversationsTest, ExpiresAfterTheIdleTimeAndNotBefore) {
  const std::string id = create();
  clock_.advance_ms(options_.idle_ms - 1);
  EXPECT_TRUE(service_->get(visitor_, id)) << "get() is no activity";
  ASSERT_TRUE(say(id, "in time"));
  clock_.advance_ms(options_.idle_ms);
  EXPECT_EQ(service_->get(visitor_, id).error().code, ErrorCode::not_found);
  EXPECT_EQ(service_->touch(visitor_, id).error().code, ErrorCode::not_found);
  EXPECT_EQ(service_->merge_config(visitor_, id, {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(service_->history(visitor_, id, 10).error().code, ErrorCode::not_found);
  EXPECT_EQ(service_->clear(visitor_, id).error().code, ErrorCode::not_found);
  EXPECT_EQ(say(id, "x").error().code, ErrorCode::not_found);
  EXPECT_TRUE(answer(id, reserve(id).value(), "late")) << "what was begun in time may end later";
}

TEST_F(ConversationsTest, EveryKindOfActivityKeepsItAlive) {
  const std::string id = create();
  const std::vector<std::function<bool()>> activities = {
      [&] { return service_->touch(visitor_, id).has_value(); },
      [&] { return service_->merge_config(visitor_, id, Json::object()).has_value(); },
      [&] { return say(id, "hello").has_value(); },
      [&] { return answer(id, *reserve(id), "hello").has_value(); },
      [&] { return service_->clear(visitor_, id).has_value(); },
  };
  for (const auto& activity : activities) {
    clock_.advance_ms(options_.idle_ms - 1);
    ASSERT_TRUE(activity());
    EXPECT_EQ(service_->get(visitor_, id)->last_activity_ms, clock_.now_ms());
  }
}

TEST_F(ConversationsTest, ReadsDoNotCostACommitEach) {
  const std::string id = create();
  const int64_t before = database_->stats().commits_total;
  for (int i = 0; i < 50; ++i) {
    clock_.advance_ms(1'000);
    ASSERT_EQ(service_->touch(visitor_, id)->last_activity_ms, clock_.now_ms());
    ASSERT_EQ(service_->get(visitor_, id)->last_activity_ms, clock_.now_ms());
  }
  EXPECT_EQ(database_->stats().commits_total, before);
  clock_.advance_ms(minute_ms);
  ASSERT_TRUE(service_->touch(visitor_, id));
  EXPECT_EQ(database_->stats().commits_total, before + 1);
  restart();
  EXPECT_EQ(service_->get(visitor_, id)->last_activity_ms, clock_.now_ms());
}

TEST_F(ConversationsTest, ACrashForgetsAtMostAMinuteOfReading) {
  const std::string id = create();
  int64_t last_touch_ms = 0;
  for (int i = 0; i < 100; ++i) {
    clock_.advance_ms(7'000);
    ASSERT_TRUE(service_->touch(visitor_, id));
    last_touch_ms = clock_.now_ms();
  }
  restart();
  EXPECT_GE(service_->get(visitor_, id)->last_activity_ms, last_touch_ms - minute_ms);
}

TEST_F(ConversationsTest, TheSweepStoresActivityAndErasesWhatIsPastRetention) {
  const std::string old = create();
  ASSERT_TRUE(say(old, "old words"));
  clock_.advance_ms(options_.retention_ms - 1);
  const std::string fresh = create();
  clock_.advance_ms(1'000);
  ASSERT_TRUE(service_->touch(visitor_, fresh));
  EXPECT_EQ(service_->sweep(ScopeForTests::system("other")).value(), 0);
  EXPECT_EQ(service_->sweep(ScopeForTests::system()).value(), 1);
  restart();
  EXPECT_EQ(service_->get(visitor_, fresh)->last_activity_ms, clock_.now_ms());
  auto rows = database_->read<int64_t>([](const db::Reader& reader) -> Result<int64_t> {
    return *reader.first("SELECT count(*) FROM messages", {},
                         [](const db::Row& row) { return row.integer(0); });
  });
  EXPECT_EQ(rows.value(), 0) << "messages go with their conversation";
}

TEST_F(ConversationsTest, TheSweepErasesMoreThanOneTransactionTakes) {
  auto made = database_->write<bool>(ScopeForTests::system(), [](const db::Tx& tx) -> Result<bool> {
    for (int i = 0; i < 450; ++i) {
      tx.execute(
          "INSERT INTO conversations (tenant_id, id, config, token_hash, created_at, "
          "last_activity_at) VALUES ('default', $1, '{}', '', $2, $2)",
          {std::to_string(i), tx.now_ms()});
    }
    return true;
  });
  ASSERT_TRUE(made);
  clock_.advance_ms(options_.retention_ms);
  EXPECT_EQ(service_->sweep(ScopeForTests::system()).value(), 450);
}

TEST_F(ConversationsTest, StatisticsCountTheLivingAndTheRecent) {
  create();
  clock_.advance_ms(5 * minute_ms);
  const std::string second = create();
  EXPECT_EQ(service_->statistics(visitor_)->total, 2);
  EXPECT_EQ(service_->statistics(visitor_)->recently_active, 2) << "five minutes are recent";
  clock_.advance_ms(1);
  EXPECT_EQ(service_->statistics(visitor_)->recently_active, 1);
  clock_.advance_ms(20 * minute_ms);
  ASSERT_TRUE(service_->touch(visitor_, second));
  EXPECT_EQ(service_->statistics(visitor_)->recently_active, 1) << "reading counts at once";
  clock_.advance_ms(5 * minute_ms);
  EXPECT_EQ(service_->statistics(visitor_)->total, 1) << "the first expired";
}

}  // namespace
}  // namespace parley::conversations
