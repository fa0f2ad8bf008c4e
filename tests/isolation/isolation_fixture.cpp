#include "tests/isolation/isolation_fixture.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "base/text.h"
#include "budgets/budgets.h"
#include "budgets/store.h"
#include "chat/store.h"
#include "conversations/store.h"
#include "crypto/random.h"
#include "db/database.h"
#include "files/store.h"
#include "tests/fakes/jwt_signer.h"
#include "tests/fakes/scope_for_tests.h"

namespace parley::isolation {

namespace {

namespace fs = std::filesystem;

constexpr const char* json_type = "application/json";
constexpr int64_t much_later_ms = 400LL * 24 * 3'600 * 1'000;
constexpr int64_t a_while_ms = 90 * 1'000;
constexpr int turns_more = 8;
constexpr const char* idempotency_key = "the-same-key-for-both";

/// The model repeats which tenants' words it was given; for [[data]] it asks the file first.
fakes::FakeReply answer_of_model(const fakes::FakeRequest& request) {
  const bool has_result = request.body.find("tool_result") != std::string::npos;
  if (request.body.find("[[data]]") != std::string::npos && !has_result) {
    return {.body = claude_tool_calls({{"query_data", {{"sql", "SELECT word FROM words"}}},
                                       {"describe_data", Json::object()},
                                       {"search_file", {{"query", "canary"}}}})};
  }
  std::string said = "I was told of";
  for (const Twin& twin : {acme, glob}) {
    if (request.body.find(twin.word) != std::string::npos) said += std::string(" ") + twin.word;
  }
  return {.body = claude_stream({said, "."})};
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// A file where there is room for one of this size, and for none of acme's.
std::string try_to_add_file(db::Database& database, const Scope& scope,
                            const std::string& conversation_id) {
  files::StoredFile file;
  file.id = "dddddddd-0000-4000-8000-000000000004";
  file.name = "new.csv";
  file.size_bytes = 5;
  const files::store::Capacity capacity{1, 10};
  const auto added = database.write<bool>(scope, [&](const db::Tx& tx) -> Result<bool> {
    TRY(files::store::add(tx, scope, conversation_id, file, capacity));
    return true;
  });
  return fmt::format("add: {}\n", added ? "yes" : name_of(added.error().code));
}

std::string first_id(const Json& list, const char* name) {
  return list.is_array() && !list.empty() ? list[0].value(name, "") : "";
}

}  // namespace

std::string masked(const std::string& text) {
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  static const std::regex changing(
      "\"(visitorToken|timestamp|[a-zA-Z]*Ms|[a-z_]*_ms|milliseconds|createdAt|lastActivity|"
      "uploadedAt|created_at)\":(\"[^\"]*\"|[0-9]+)");
  std::map<std::string, size_t> numbers;
  std::string out;
  auto rest = text.cbegin();
  for (auto at = std::sregex_iterator(text.begin(), text.end(), uuid); at != std::sregex_iterator();
       ++at) {
    const size_t number = numbers.emplace(at->str(), numbers.size() + 1).first->second;
    out.append(rest, (*at)[0].first).append(fmt::format("<id {}>", number));
    rest = (*at)[0].second;
  }
  out.append(rest, text.cend());
  return std::regex_replace(out, changing, "\"$1\":0");
}

std::string without_ids(const std::string& text) {
  static const std::regex id(
      "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\\b[0-9a-f]{64}\\b");
  std::istringstream lines(std::regex_replace(text, id, "<id>"));
  std::vector<std::string> sorted;
  for (std::string line; std::getline(lines, line);) sorted.push_back(line + "\n");
  std::sort(sorted.begin(), sorted.end());
  return fmt::format("{}", fmt::join(sorted, ""));
}

IsolationFixture::IsolationFixture() {
  server_clock_ = &fake_clock_;
}

AppFixture::Environment IsolationFixture::environment() const {
  return {{"VISITOR_TOKEN_REQUIRED", "true"},
          {"TOKENS_LIMIT", "1000"},
          {"CUSTOMERS_MAX", "4"},  // enough for one twin's, not for both's
          {"WORKERS", "2"},
          {"QUERY_TIMEOUT_MS", "60000"}};
}

AppFixture::Answer IsolationFixture::send(const Twin& twin, const Step& step) {
  const auto filled = [&](std::string text) {
    replace_all(text, "{session_id}", session_id_);
    replace_all(text, "{file_id}", file_id_);
    replace_all(text, "{receipt_id}", receipt_id_);
    replace_all(text, "{customer_id}", customer_id_);
    replace_all(text, "{message_id}", message_id_);
    replace_all(text, "{tenant}", twin.tenant_id);
    if (text.find("{identity}") != std::string::npos) {
      replace_all(text, "{identity}", identity(twin));
    }
    replace_all(text, "{word}", twin.word);
    replace_all(text, "{domain}", twin.domain);
    return text;
  };
  Headers headers = step.headers;
  headers.emplace_back("Host", twin.domain);
  const bool is_operators = step.path.starts_with("/api/admin/");
  const std::string token = is_operators ? operator_key() : session_token_;
  if (!token.empty()) headers.emplace_back("Authorization", "Bearer " + token);
  if (!step.body.empty() && step.headers.empty()) headers.emplace_back("Content-Type", json_type);
  return answer_of(fetch(port(), step.method, filled(step.path), headers, filled(step.body)));
}

/// Somebody both twins know by the same name; each token is good once, and for less time than
/// passes until the other twin acts.
std::string IsolationFixture::identity(const Twin& twin) const {
  constexpr int64_t lifetime_s = 30;
  const int64_t now_s = fake_clock_.now_ms() / 1'000;
  return jwt_hs256(dump({{"sub", "known"},
                         {"email", fmt::format("known{}@{}.example", now_s, twin.word)},
                         {"aud", twin.domain},
                         {"jti", std::to_string(now_s)},
                         {"exp", now_s + lifetime_s}}),
                   identity_secret);
}

std::string IsolationFixture::operator_key() const {
  std::ifstream file(directory_.path("data") + "/operator.key");
  std::string key;
  std::getline(file, key);
  return key;
}

void IsolationFixture::fill_acme() {
  const auto customer = send(acme, {"POST",
                                    "/api/customer/add/",
                                    {},
                                    R"({"name":"Ada {word}",)"
                                    R"("email":"ada@{word}.example","data":{"note":"{word}"}})"});
  customer_id_ = customer.body.value("customer_id", "");
  send(acme,
       {"POST", "/api/chat/call/", {}, R"({"prompt":"Say {word}","customer_id":"{customer_id}"})"});
  const auto known =
      send(acme, {"POST", "/api/sessions/create", {}, R"({"identity":"{identity}"})"});
  ASSERT_EQ(known.status, 201) << known.raw.body;
  const auto session = send(
      acme, {"POST", "/api/sessions/create", {}, R"({"config":{"customInstructions":"{word}"}})"});
  session_id_ = session.body.value("sessionId", "");
  session_token_ = session.body.value("visitorToken", "");
  const auto uploaded = send(acme, {"POST",
                                    "/api/files/upload",
                                    {{"Content-Type", upload_form_type}},
                                    upload_form("{session_id}", "word\n{word}\n", "words.csv")});
  file_id_ = uploaded.body.value("fileId", "");
  send(acme, {"POST",
              "/api/chat/message",
              {{"Content-Type", json_type}, {"Idempotency-Key", idempotency_key}},
              R"({"sessionId":"{session_id}","message":"Hello"})"});
  const auto asked = send(acme, {"POST",
                                 "/api/chat/message",
                                 {},
                                 R"({"sessionId":"{session_id}","message":"[[data]] {word}"})"});
  message_id_ = asked.body.value("messageId", "");
  if (asked.body.contains("receipts")) receipt_id_ = first_id(asked.body["receipts"], "receiptId");
  for (const std::string& id :
       {customer_id_, session_id_, session_token_, file_id_, message_id_, receipt_id_}) {
    ASSERT_FALSE(id.empty()) << uploaded.raw.body << asked.raw.body << customer.raw.body;
  }
}

void IsolationFixture::make_template() {
  script([](const fakes::FakeRequest& request) { return answer_of_model(request); });
  start(environment());
  stop();
  add_twins(database_path());
  start(environment());
  fill_acme();
  stop();
  copy_acme_to_glob(database_path(), media_path());
  // From here on the twins differ: acme has higher numbers, and has spent more.
  start(environment());
  send(acme, {"POST", "/api/sessions/create", {}, "{}"});
  for (int i = 0; i < turns_more; ++i) {
    send(acme, {"POST",
                "/api/chat/message",
                {},
                R"({"sessionId":"{session_id}","message":"[[data]] {word}, more"})"});
  }
  stop();
  let_acme_idle(database_path(), session_id_);
  for (const char* folder : {"data", "media"}) {
    fs::copy(directory_.path(folder), directory_.path(std::string("template-") + folder),
             fs::copy_options::recursive);
  }
}

void IsolationFixture::reset_data() {
  stop();
  for (const char* folder : {"data", "media"}) {
    fs::remove_all(directory_.path(folder));
    fs::copy(directory_.path(std::string("template-") + folder), directory_.path(folder),
             fs::copy_options::recursive);
  }
}

std::vector<IsolationFixture::Step> IsolationFixture::steps() const {
  const Headers keyed = {{"Content-Type", json_type}, {"Idempotency-Key", idempotency_key}};
  const Headers streamed = {{"Content-Type", json_type}, {"Accept", "text/event-stream"}};
  const Headers form = {{"Content-Type", upload_form_type}};
  const std::string customers = "/api/admin/tenants/{tenant}/customers";
  const std::string own = R"("sessionId":"{session_id}")";
  return {
      {"POST", "/api/chat/stop/{session_id}"},
      {"GET", customers},
      {"GET", customers + "?search=ada"},
      {"GET", customers + "/{customer_id}"},
      {"GET", customers + "/{customer_id}/export"},
      {"PUT", customers + "/{customer_id}", {}, R"({"phone":"+49 30 1"})"},
      {"GET", "/api/admin/tenants/{tenant}/usage?from=2026-06-01&to=2026-12-31"},
      {"GET", "/api/tenant/info/"},
      {"GET", "/api/sessions/bot-config"},
      {"GET", "/api/sessions/stats/summary"},
      {"GET", "/api/sessions/{session_id}"},
      {"GET", "/api/chat/history/{session_id}"},
      {"GET", "/api/chat/history/"},
      {"GET", "/api/chat/stream/{session_id}", {{"Last-Event-ID", "1.1"}}},
      {"GET", "/api/files/info/{session_id}"},
      {"GET", "/api/files/list/{session_id}"},
      {"GET", "/api/files/receipts/{session_id}/{receipt_id}"},
      {"POST", "/api/files/query/{session_id}", {}, R"({"query":"canary"})"},
      {"POST", "/api/files/sql/{session_id}", {}, R"({"sql":"SELECT word FROM words"})"},
      {"POST", "/api/files/sql/{session_id}", {}, R"({"receiptId":"{receipt_id}"})"},
      {"POST", "/api/chat/message", keyed, "{" + own + R"(,"message":"Hello"})"},
      {"POST", "/api/chat/message", streamed, "{" + own + R"(,"message":"[[data]] again"})"},
      {"POST", "/api/chat/message", {}, "{" + own + R"(,"message":"And now?"})"},
      {"PUT", "/api/sessions/{session_id}/config", {}, R"({"config":{"botName":"Eve"}})"},
      {"POST", "/api/customer/add/", {}, R"({"name":"Bob {word}"})"},
      {"POST", "/api/chat/call/", {}, R"({"prompt":"Hi","customer_id":"{customer_id}"})"},
      {"GET", "/api/chat/history/?limit=1&offset=1"},
      {"DELETE", "/api/files/{session_id}/{file_id}"},
      {"POST", "/api/files/upload", form, upload_form("{session_id}", "word\nmore\n", "words.csv")},
      {"GET", "/api/files/list/{session_id}"},
      {"DELETE", "/api/files/{session_id}/{file_id}"},
      {"DELETE", "/api/chat/history/{session_id}"},
      {"GET", "/api/sessions/{session_id}"},
      {"POST", "/api/chat/message", {}, "{" + own + R"(,"message":"[[data]] anew"})"},
      {"DELETE", "/api/files/{session_id}"},
      {"DELETE", customers + "/{customer_id}"},
      {"POST", "/api/sessions/create", {}, R"({"identity":"{identity}"})"},
      {"GET", customers},
      {"PUT", "/api/admin/tenants/{tenant}", {}, R"({"domains":["{domain}","more.{domain}"]})"},
      {"POST", "/api/sessions/create", {}, R"({"config":{}})"},
      {"GET", "/api/sessions/stats/summary"},
      {"GET", "/api/tenant/info/"},
  };
}

std::string IsolationFixture::act_as_glob() {
  fake_clock_.advance_ms(a_while_ms);
  std::string out;
  for (const Step& step : steps()) {
    const Answer answer = send(glob, step);
    out += fmt::format("{} {}: {} {}\n", step.method, step.path, answer.status, answer.raw.body);
  }
  fake_clock_.advance_ms(-a_while_ms);
  return masked(out);
}

void IsolationFixture::change_as_glob(const db::Tx& tx, const Scope& scope,
                                      const Note& note) const {
  using conversations::Store;
  const auto gate = Store::find_gate(scope, tx, session_id_);
  note("gate", gate ? gate->last_seq : 0);
  Store::set_mode(scope, tx, session_id_, conversations::Mode::waiting);
  const int64_t acmes_seq = turns_more * 2;
  Store::remove_message(scope, tx, session_id_, acmes_seq);
  // A number of its own that no message has goes back; acme's, that one has, stays.
  const int64_t seq = Store::take_seq(scope, tx, session_id_).value_or(0);
  Store::release_seqs(scope, tx, session_id_, seq, 1);
  note("released", Store::take_seq(scope, tx, session_id_).value_or(0) - seq);
  for (int64_t last = 1; last < seq + 4 * turns_more; ++last) {
    if (last != seq) Store::release_seqs(scope, tx, session_id_, last, 1);
  }
  files::StoredFile file;
  file.id = file_id_;
  file.name = "words.csv";
  note("dataset", files::store::set_dataset(tx, scope, session_id_, file) ? 1 : 0);
  note("last", Store::take_seq(scope, tx, session_id_).value_or(0) - seq);
}

/// Of a conversation that acme has and glob has not: it is to be swept.
void IsolationFixture::leave_counter_as_glob(const db::Tx& tx, const Scope& scope,
                                             const budgets::Service& budgets) {
  const budgets::Subject subject{acmes_old_conversation, acmes_old_conversation, "", ""};
  const auto reserved = budgets.reserve(tx, scope, subject, {}, 1);
  ASSERT_TRUE(reserved);
  budgets.release(tx, scope, reserved->id);
}

std::string IsolationFixture::run_jobs_of_glob() {
  stop();
  disturb_acme(database_path());
  fake_clock_.advance_ms(much_later_ms);
  auto database = db::Database::open({database_path()}, fake_clock_);
  EXPECT_TRUE(database);
  if (!database) return {};
  crypto::OpenSslEntropy entropy;
  const Scope scope = ScopeForTests::system(glob.tenant_id);
  const int64_t now_ms = fake_clock_.now_ms();
  budgets::Service budgets(**database, entropy);
  std::string out;
  const auto note = [&](const char* job, int64_t count) {
    out += fmt::format("{}: {}\n", job, count);
  };
  out += try_to_add_file(**database, scope, session_id_);
  out += try_to_add_file(**database, scope, acmes_old_conversation);
  (void)(*database)->write<bool>(scope, [&](const db::Tx& tx) -> Result<bool> {
    const auto acmes = conversations::Store::find_message(scope, tx, session_id_, turns_more * 2);
    note("message", acmes ? acmes->seq : 0);
    change_as_glob(tx, scope, note);
    note("extended", budgets.extend(tx, scope, "shared", {}, 2) ? 1 : 0);
    note("left", budgets.remaining(tx, scope, {shared_conversation, glob.word, "", ""},
                                   {.per_visitor = 100}, reserved_at_ms));
    budgets.forget_conversation(tx, scope, shared_conversation);
    leave_counter_as_glob(tx, scope, budgets);
    note("interrupt", chat::store::interrupt_running(tx, scope));
    note("forget", chat::store::forget_before(tx, scope, now_ms));
    note("has file", files::store::has_file(tx, scope, file_id_) ? 1 : 0);
    note("erase", conversations::Store::erase(scope, tx, now_ms, 1));
    const auto reserved = budgets::store::list_reservations(tx, scope, budgets::day_of(now_ms));
    note("reserved", static_cast<int64_t>(reserved.size()));
    return true;
  });
  note("charged", budgets.recover(scope).value_or(-1));
  note("counters", budgets.sweep(scope, budgets::day_of(now_ms)).value_or(-1));
  fake_clock_.advance_ms(-much_later_ms);
  return out;
}

std::string IsolationFixture::acmes_state() const {
  return everything_of(acme, database_path(), media_path());
}

}  // namespace parley::isolation
