// All that is stored about one person, given out whole and erased without a trace: on a real
// database and a real disk, looked for byte by byte.
#include "people/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "base/base64.h"
#include "base/ids.h"
#include "crypto/digest.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::people {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr int64_t query_deadline_ms = 60'000;  // a machine may be busy with other things
constexpr const char* unknown_id = "00000000-0000-4000-8000-000000000000";

class PeopleTest : public testing::Test {
 protected:
  PeopleTest() {
    open();
    EXPECT_TRUE(database_->write<bool>(own_, [](const db::Tx& tx) -> Result<bool> {
      tx.execute(
          "INSERT INTO tenants (id, name, created_at) VALUES ('default', '', 0), ('other', '', 0)",
          {});
      return true;
    }));
  }

  void open(int64_t export_bytes_max = 1 << 30) {
    service_.reset();
    if (!database_) {
      auto opened = db::Database::open({.path = directory_.path("data/parley.db")}, clock_);
      if (!opened) throw std::runtime_error(opened.error().detail);
      database_ = std::move(*opened);
    }
    files::Options file_options;
    file_options.media_directory = directory_.path("media");
    files::QueryOptions query_options;
    query_options.shown.deadline_ms = query_deadline_ms;
    customers_ = std::make_unique<customers::Service>(customers::Options{}, *database_, entropy_);
    budgets_ = std::make_unique<budgets::Service>(*database_, entropy_);
    conversations_ = std::make_unique<conversations::Service>(conversations::Options{}, *database_,
                                                              clock_, entropy_);
    files_ = std::make_unique<files::Service>(file_options, *database_, clock_, entropy_);
    queries_ = std::make_unique<files::Queries>(query_options, *files_, runner_, *database_, clock_,
                                                entropy_);
    service_ = std::make_unique<Service>(
        Options{directory_.path(), export_bytes_max},
        Service::Parts{*database_, *conversations_, *files_, *queries_, *customers_, *budgets_,
                       clock_,
                       [this](const Scope&, const std::string& id) { stopped_.push_back(id); }});
  }

  customers::Customer add(const Scope& scope, const std::string& word) {
    const auto added = database_->write<customers::Customer>(scope, [&](const db::Tx& tx) {
      return customers_->recognise(tx, scope, {"sub-" + word, "Name " + word, word + "@mail.test"});
    });
    return customers_->update(scope, added->id, {{}, {}, {}, Json{{"note", word}}}).value();
  }

  /// A conversation with `customer`, each of its rows with `word` in it; its id.
  std::string talk(const Scope& scope, const std::string& customer_id, const std::string& word) {
    const auto id =
        database_->write<std::string>(scope, [&](const db::Tx& tx) -> Result<std::string> {
          const auto created = conversations_->create(tx, scope, {{"note", word}}, customer_id);
          const std::string& made = created->conversation.id;
          EXPECT_TRUE(conversations_->append_visitor(tx, scope, made, "I am " + word));
          const auto seq = conversations_->reserve_seq(tx, scope, made);
          const std::string answer_id = new_uuid(entropy_);
          EXPECT_TRUE(conversations_->append_answer(tx, scope, made, *seq, answer_id,
                                                    "Hello " + word,
                                                    {"stop", "demo", "m", {{"raw", word}}, 1}));
          tx.execute(
              "INSERT INTO turns (tenant_id, conversation_id, number, idempotency_key, "
              "request_hash, state, transcript, reply, created_at) "
              "VALUES ($1, $2, 1, $3, 'h', 'done', $3, $3, 0)",
              {scope.tenant_id(), made, word});
          return made;
        });
    upload(scope, *id, "name\n" + word + "\n", word + ".csv");
    EXPECT_TRUE(queries_->answer(scope, *id, new_uuid(entropy_),
                                 "SELECT name, '" + word + "' AS w FROM " + word, {}));
    return *id;
  }

  void upload(const Scope& scope, const std::string& id, const std::string& bytes,
              const std::string& name) {
    net::RequestBody body;
    body.size = static_cast<int64_t>(bytes.size());
    body.bytes = bytes;
    const auto stored = files_->upload(scope, id, {name, "", &body, 0, body.size});
    EXPECT_TRUE(stored) << stored.error().message << stored.error().detail;
  }

  /// What an answer in `conversation_id` costs; the reservation is left open.
  budgets::Reservation spend(const std::string& conversation_id, const std::string& visitor) {
    const auto reserved = database_->write<budgets::Reservation>(own_, [&](const db::Tx& tx) {
      const budgets::Subject subject{conversation_id, visitor, "demo", "m"};
      const auto settled = budgets_->reserve(tx, own_, subject, {}, 7);
      budgets_->settle(tx, own_, settled->id, 5, {});
      return budgets_->reserve(tx, own_, subject, {}, 3);
    });
    EXPECT_TRUE(reserved);
    return *reserved;
  }

  /// The files under the test's directory that have `word` in them or in their names.
  std::vector<std::string> places_of(const std::string& word) const {
    std::vector<std::string> places;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path())) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes(std::istreambuf_iterator<char>(in), {});
      const bool found = bytes.find(word) != std::string::npos ||
                         entry.path().string().find(word) != std::string::npos;
      if (found) places.push_back(entry.path().filename());
    }
    return places;
  }

  size_t files_on_disk() const {
    size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path("media"))) {
      if (entry.is_regular_file()) ++count;
    }
    return count;
  }

  int64_t rows_with(const std::string& conversation_id) {
    return database_
        ->read<int64_t>([&](const db::Reader& reader) -> Result<int64_t> {
          int64_t count = 0;
          for (const char* table : {"messages", "turns", "files", "receipts"}) {
            count += *reader.first(
                std::string("SELECT count(*) FROM ") + table + " WHERE conversation_id = $1",
                {conversation_id}, [](const db::Row& row) { return row.integer(0); });
          }
          return count;
        })
        .value();
  }

  static Json read(const Export& exported) {
    std::string text(static_cast<size_t>(exported.bytes), '\0');
    EXPECT_EQ(::pread(exported.file.get(), text.data(), text.size(), 0), exported.bytes);
    auto parsed = parse_json(text);
    EXPECT_TRUE(parsed) << parsed.error().message << text;
    return parsed.value_or(Json());
  }

  FakeClock clock_;
  FakeEntropy entropy_;
  TempDir directory_;
  const bool has_data_ = fs::create_directory(directory_.path("data"));
  Scope own_ = ScopeForTests::system();
  Scope foreign_ = ScopeForTests::system("other");
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<customers::Service> customers_;
  std::unique_ptr<budgets::Service> budgets_;
  std::unique_ptr<conversations::Service> conversations_;
  std::unique_ptr<files::Service> files_;
  datasets::Runner runner_{{}};
  std::unique_ptr<files::Queries> queries_;
  std::unique_ptr<Service> service_;
  std::vector<std::string> stopped_;
};

TEST_F(PeopleTest, ErasingLeavesNoByteOfThePersonOnDisk) {
  const auto gone = add(own_, "canarygone");
  const auto stays = add(own_, "canarystays");
  const std::string first = talk(own_, gone.id, "canarygone");
  const std::string kept = talk(own_, stays.id, "canarystays");
  clock_.advance_ms(1);
  const std::string second = talk(own_, gone.id, "canarygone");
  ASSERT_THAT(places_of("canarygone"), testing::Contains("parley.db-wal"));
  ASSERT_EQ(rows_with(first), 5);
  ASSERT_EQ(files_on_disk(), 6U);

  const auto erased = service_->erase(own_, gone.id);
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ(erased->conversations, 2);
  EXPECT_EQ(erased->files, 2);
  EXPECT_THAT(stopped_, UnorderedElementsAre(first, second));
  EXPECT_EQ(rows_with(first) + rows_with(second), 0);
  EXPECT_EQ(files_on_disk(), 2U);
  EXPECT_FALSE(customers_->get(own_, gone.id));
  EXPECT_FALSE(conversations_->get(own_, first));
  while (database_->stats().wal_bytes > 0) std::this_thread::yield();  // after the answer
  EXPECT_THAT(places_of("canarygone"), IsEmpty());

  EXPECT_EQ(rows_with(kept), 5) << "another's is untouched";
  EXPECT_EQ(customers_->get(own_, stays.id)->name, "Name canarystays");
  database_->close();
  EXPECT_THAT(places_of("canarygone"), IsEmpty());
  EXPECT_THAT(places_of("canarystays"), SizeIs(3)) << "database, upload and its tables";
}

TEST_F(PeopleTest, ManyConversationsGoInSmallTransactions) {
  const auto customer = add(own_, "canary");
  for (int i = 0; i < 120; ++i) {
    ASSERT_TRUE(database_->write<bool>(own_, [&](const db::Tx& tx) -> Result<bool> {
      return conversations_->create(tx, own_, Json::object(), customer.id).has_value();
    }));
  }
  std::set<std::string> ids;
  const Json all = read(*service_->export_all(own_, customer.id));
  for (const Json& one : all["conversations"]) {
    EXPECT_TRUE(ids.insert(one["conversationId"]).second);
  }
  EXPECT_EQ(ids.size(), 120U) << "an export reads them page by page";
  const int64_t writes = database_->stats().writes_total;
  EXPECT_EQ(service_->erase(own_, customer.id)->conversations, 120);
  EXPECT_EQ(database_->stats().writes_total - writes, 3);
  EXPECT_THAT(stopped_, SizeIs(120));
}

TEST_F(PeopleTest, AnotherTenantsPersonIsAbsent) {
  const auto customer = add(own_, "canary");
  const std::string id = talk(own_, customer.id, "canary");
  for (const std::string& wanted : {customer.id, std::string(unknown_id), std::string("x' OR 1")}) {
    const auto erased = service_->erase(foreign_, wanted);
    ASSERT_FALSE(erased);
    EXPECT_EQ(erased.error().message, "Customer not found");
    const auto exported = service_->export_all(foreign_, wanted);
    ASSERT_FALSE(exported);
    EXPECT_EQ(exported.error().code, ErrorCode::not_found);
  }
  EXPECT_THAT(stopped_, IsEmpty());
  EXPECT_EQ(rows_with(id), 5);
  EXPECT_TRUE(service_->export_all(own_, customer.id));
}

TEST_F(PeopleTest, BudgetsForgetWhoseUnitsTheyWere) {
  const auto customer = add(own_, "canary");
  const auto other = add(own_, "neighbour");
  const std::string id = talk(own_, customer.id, "canary");
  const std::string others = talk(own_, other.id, "neighbour");
  const auto open_one = spend(id, customer.id);
  spend(others, other.id);
  clock_.advance_ms(24LL * 3600 * 1000);
  spend(id, customer.id);  // another day, another counter
  ASSERT_TRUE(service_->erase(own_, customer.id));
  while (database_->stats().wal_bytes > 0) std::this_thread::yield();
  EXPECT_THAT(places_of(customer.id), IsEmpty());
  EXPECT_THAT(places_of(id), IsEmpty());
  EXPECT_THAT(places_of(others), testing::Not(IsEmpty())) << "another's is untouched";
  const budgets::Totals totals = budgets_->totals(own_).value();
  EXPECT_EQ(totals.used, 15) << "what the tenant has used stays";
  EXPECT_EQ(totals.reserved, 9);
  ASSERT_TRUE(database_->write<bool>(own_, [&](const db::Tx& tx) -> Result<bool> {
    budgets_->release(tx, own_, open_one.id);
    return true;
  }));
  EXPECT_EQ(budgets_->totals(own_)->reserved, 6) << "an answer that still ran frees its units";
}

TEST_F(PeopleTest, AVisitorFindsNobodysConversations) {
  const auto customer = add(own_, "canary");
  talk(own_, customer.id, "canary");
  const Scope visitor = ScopeForTests::visitor("default");
  const auto found = database_->read<std::vector<conversations::Conversation>>(
      [&](const db::Reader& reader) -> Result<std::vector<conversations::Conversation>> {
        return conversations_->list_of_customer(reader, visitor, customer.id, 10);
      });
  EXPECT_THAT(*found, IsEmpty());
}

TEST_F(PeopleTest, AnExportHasEverything) {
  const auto customer = add(own_, "canary");
  const std::string id = talk(own_, customer.id, "canary");
  clock_.advance_ms(40LL * 24 * 3600 * 1000);  // expired for visitors, not yet erased
  const std::string odd = std::string("x\n") + std::string(200'000, 'y') + "\n";
  talk(own_, add(own_, "neighbour").id, "neighbour");
  const std::string second = talk(own_, customer.id, "canary");
  upload(own_, second, odd, "big.csv");

  const auto exported = service_->export_all(own_, customer.id);
  ASSERT_TRUE(exported) << exported.error().message;
  const Json all = read(*exported);
  EXPECT_EQ(all["customer"], to_json(customers_->get(own_, customer.id).value()));
  EXPECT_EQ(all["exportedAt"], iso_timestamp(clock_.now_ms()));
  ASSERT_EQ(all["conversations"].size(), 2U);
  const Json& talked = all["conversations"][0];
  EXPECT_EQ(talked["conversationId"], id);
  EXPECT_EQ(talked["kind"], "chat");
  EXPECT_EQ(talked["config"], (Json{{"note", "canary"}}));
  ASSERT_EQ(talked["messages"].size(), 2U);
  EXPECT_EQ(talked["messages"][0]["content"], "I am canary");
  EXPECT_EQ(talked["messages"][1]["content"], "Hello canary");
  ASSERT_EQ(talked["receipts"].size(), 1U);
  EXPECT_EQ(talked["receipts"][0]["rows"], Json::array({Json::array({"canary", "canary"})}));
  EXPECT_TRUE(is_uuid(talked["receipts"][0]["messageId"].get<std::string>()));
  ASSERT_EQ(talked["files"].size(), 1U);
  EXPECT_EQ(talked["files"][0]["fileName"], "canary.csv");
  EXPECT_EQ(talked["files"][0]["content"], to_base64("name\ncanary\n"));
  EXPECT_EQ(talked["files"][0]["sha256"], crypto::sha256_hex("name\ncanary\n"));
  ASSERT_EQ(all["conversations"][1]["files"].size(), 2U);
  for (const Json& file : all["conversations"][1]["files"]) {
    const bool is_big = file["fileName"] == "big.csv";
    EXPECT_EQ(file["content"], to_base64(is_big ? odd : "name\ncanary\n")) << "in blocks";
  }
  EXPECT_EQ(dump(all).find("neighbour"), std::string::npos);
}

TEST_F(PeopleTest, AnExportWithoutAFileOnDiskSaysSo) {
  const auto customer = add(own_, "canary");
  const std::string id = talk(own_, customer.id, "canary");
  files_->remove_from_disk(own_, {files_->list(own_, id)->front().id});
  const auto exported = service_->export_all(own_, customer.id);
  ASSERT_TRUE(exported);
  EXPECT_EQ(read(*exported)["conversations"][0]["files"][0]["content"], nullptr);
}

TEST_F(PeopleTest, AnExportOverItsLimitIsRefused) {
  const auto customer = add(own_, "canary");
  talk(own_, customer.id, "canary");
  open(1'000);
  const auto exported = service_->export_all(own_, customer.id);
  ASSERT_FALSE(exported);
  EXPECT_EQ(exported.error().code, ErrorCode::too_large);
}

TEST_F(PeopleTest, SomeoneWithoutConversationsCanBeGivenOutAndErased) {
  const auto customer = add(own_, "canary");
  EXPECT_EQ(read(*service_->export_all(own_, customer.id))["conversations"], Json::array());
  EXPECT_EQ(service_->erase(own_, customer.id)->conversations, 0);
  EXPECT_FALSE(service_->erase(own_, customer.id)) << "once";
}

}  // namespace
}  // namespace parley::people
