#include "tests/api/isolation_world.h"

#include <fmt/format.h>

#include <fstream>

#include "tests/fakes/jwt_signer.h"

namespace parley {

namespace {

constexpr int64_t identity_lifetime_s = 3'000;

Headers bearer(const std::string& domain, const std::string& token) {
  return {{"Host", domain}, {"Authorization", "Bearer " + token}};
}

/// The model repeats what it was told last; for [[data]] it asks the file first.
fakes::FakeReply answer_of_model(const fakes::FakeRequest& request) {
  const bool has_result = request.body.find("tool_result") != std::string::npos;
  if (request.body.find("[[data]]") == std::string::npos || has_result) {
    return {.body = claude_stream({"Noted."})};
  }
  return {.body = claude_tool_call("query_data", {{"sql", "SELECT word FROM words"}})};
}

}  // namespace

AppFixture::Answer IsolationWorld::as_operator(const std::string& method, const std::string& path,
                                               const Json& body) {
  return call(method, "/api/admin" + path, body, bearer("localhost", operator_key_));
}

void IsolationWorld::make_company(const std::string& domain, const std::string& word) {
  const Json settings = {{"systemParameter", word + "-private"},
                         {"bot", {{"name", word + "-public"}}},
                         {"identity", {{"hs256Secret", word + JwtTestKeys::secret}}}};
  const auto made =
      as_operator("POST", "/tenants",
                  {{"name", word + "-public"}, {"domains", {domain}}, {"settings", settings}});
  ASSERT_EQ(made.status, 201) << made.raw.body;
  Company company;
  company.id = made.body["id"];
  const std::string keys = "/tenants/" + domain + "/keys";
  const auto key = as_operator("POST", keys, {{"label", word + "-private"}});
  const auto revoked = as_operator("POST", keys, {{"label", word + "-private"}});
  ASSERT_EQ(revoked.status, 201) << revoked.raw.body;
  company.key = key.body["key"];
  company.key_id = key.body["id"];
  company.revoked_key = revoked.body["key"];
  company.revoked_key_id = revoked.body["id"];
  ASSERT_EQ(as_operator("DELETE", keys + "/" + company.revoked_key_id).status, 200);
  companies_[domain] = company;
}

Person IsolationWorld::make_person(const std::string& word, const std::string& domain,
                                   bool is_known) {
  Person person{word + "-private", domain, ""};
  Json body = {{"config", {{"customInstructions", person.word}, {"botName", person.word}}}};
  if (is_known) {
    const Json claims = {{"sub", word},
                         {"name", person.word},
                         {"aud", domain},
                         {"exp", clock_.now_ms() / 1'000 + identity_lifetime_s}};
    const std::string company = domain.substr(0, domain.find('.'));
    person.identity = jwt_hs256(dump(claims), company + JwtTestKeys::secret);
    body["identity"] = person.identity;
  }
  const auto created = call("POST", "/api/sessions/create", body, {{"Host", domain}});
  EXPECT_EQ(created.status, 201) << created.raw.body;
  person.token = created.body.value("visitorToken", "");
  const std::string id = created.body.value("sessionId", "");
  Headers headers = bearer(domain, person.token);
  Headers upload = headers;
  upload.emplace_back("Content-Type", upload_form_type);
  const auto uploaded =
      answer_of(fetch(port(), "POST", "/api/files/upload", upload,
                      upload_form(id, "word\n" + person.word + "\n", "words.csv")));
  const auto asked = say(id, "[[data]] " + person.word, headers);
  EXPECT_EQ(asked.body["receipts"].size(), 1U) << asked.raw.body << uploaded.raw.body;
  headers.emplace_back("Idempotency-Key", "key-of-the-owner");
  const auto told = say(id, "I am " + person.word, headers);
  EXPECT_EQ(told.status, 200) << told.raw.body;
  const Json messages =
      call("GET", "/api/chat/history/" + id, nullptr, bearer(domain, person.token))
          .body["messages"];
  person.ids = {{"{session_id}", id},
                {"{file_id}", uploaded.body["fileId"]},
                {"{receipt_id}", asked.body["receipts"][0]["receiptId"]},
                {"{message_id}", messages[messages.size() - 2]["messageId"]},
                {"{tenant}", companies_[domain].id}};
  if (!is_known) return person;
  const auto found = as_operator("GET", "/tenants/" + domain + "/customers?search=" + person.word);
  EXPECT_EQ(found.body["total"], 1) << found.raw.body;
  person.ids["{customer_id}"] = found.body["customers"][0]["customerId"];
  return person;
}

void IsolationWorld::erase(const Person& person) {
  const auto erased = as_operator(
      "DELETE", "/tenants/" + person.domain + "/customers/" + person.ids.at("{customer_id}"));
  ASSERT_EQ(erased.status, 200) << erased.raw.body;
  ASSERT_EQ(erased.body["conversations"], 1);
}

void IsolationWorld::make_world() {
  script([](const fakes::FakeRequest& request) { return answer_of_model(request); });
  config_directory_ = PARLEY_SOURCE_DIR "/config";
  start({{"APP_PROFILE", "production"},
         {"VISITOR_TOKEN_REQUIRED", ""},
         {"DEV_DEFAULT_TENANT", ""},
         {"ALLOWED_ORIGINS", "https://shop.example"}});
  std::ifstream(directory_.path("data/operator.key")) >> operator_key_;
  make_company(acme, "acme");
  make_company(globex, "globex");
  ada_ = make_person("ada", acme, true);
  bob_ = make_person("bob", acme, true);
  cyd_ = make_person("cyd", acme, false);
  eve_ = make_person("eve", globex, true);
  gone_ = make_person("gone", acme, true);
  erase(gone_);
}

std::map<std::string, std::set<std::string>> IsolationWorld::all_ids() const {
  std::map<std::string, std::set<std::string>> all;
  for (const Person* person : {&ada_, &bob_, &cyd_, &eve_, &gone_}) {
    for (const auto& [slot, id] : person->ids) all[slot].insert(id);
  }
  for (const auto& [domain, company] : companies_) {
    all["{key_id}"].insert({company.key_id, company.revoked_key_id});
    all["{tenant}"].insert(domain);
  }
  return all;
}

Kind IsolationWorld::visitor(const std::string& name, const Person& person) const {
  Kind kind{name, {bearer(person.domain, person.token)}, ada_.ids};
  kind.base["{key_id}"] = companies_.at(acme).key_id;
  for (const char* slot : {"{session_id}", "{file_id}", "{receipt_id}", "{message_id}"}) {
    kind.base[slot] = person.ids.at(slot);
    kind.own[slot] = {person.ids.at(slot)};
  }
  kind.words = {person.word};
  return kind;
}

Kind IsolationWorld::holder(const std::string& name, const std::string& domain) const {
  const Company& company = companies_.at(domain);
  const std::string other = domain == acme ? globex : acme;
  Kind kind{name, {bearer(domain, company.key), bearer(other, company.key)}, ada_.ids};
  for (const Person* person : {&eve_, &bob_, &ada_}) {
    if (person->domain != domain) continue;
    kind.base["{customer_id}"] = person->ids.at("{customer_id}");
    kind.own["{customer_id}"].insert(person->ids.at("{customer_id}"));
  }
  kind.base["{tenant}"] = company.id;
  kind.own["{tenant}"] = {company.id, domain};
  kind.base["{key_id}"] = company.key_id;
  kind.own["{key_id}"] = {company.key_id, company.revoked_key_id};
  kind.words = {domain.substr(0, domain.find('.')) + "-private"};
  return kind;
}

std::vector<Kind> IsolationWorld::kinds() const {
  Kind nobody = visitor("nobody", ada_);
  nobody.own.clear();
  nobody.words.clear();
  nobody.faces = {{{"Host", acme}},
                  {{"Host", globex}},
                  {{"Host", acme}, {"Cookie", "visitorToken=" + ada_.token}},
                  {{"Host", acme}, {"X-Visitor-Token", ada_.token}}};
  Kind known = visitor("a signed identity of another customer", bob_);
  known.faces.push_back(bearer(acme, bob_.identity));
  Kind stranger = visitor("a visitor of the other tenant", eve_);
  stranger.faces.push_back(bearer(acme, eve_.token));
  Kind erased = visitor("a visitor who was erased", gone_);
  erased.own.clear();
  Kind revoked = holder("a key that was revoked", acme);
  revoked.faces = {bearer(acme, companies_.at(acme).revoked_key)};
  revoked.own.clear();
  revoked.words.clear();
  // It may read both tenants, but finds nothing of the one in the other.
  Kind installation = holder("the installation's key", globex);
  installation.faces = {bearer(globex, operator_key_), bearer(acme, operator_key_)};
  installation.own["{tenant}"].insert({companies_.at(acme).id, acme});
  return {nobody,
          visitor("the owner, of what is not there", ada_),
          visitor("a visitor of another session", cyd_),
          known,
          stranger,
          erased,
          holder("the tenant's own key", acme),
          holder("the other tenant's key", globex),
          revoked,
          installation};
}

std::string IsolationWorld::everything() {
  std::string out;
  for (const Person* person : {&ada_, &bob_, &cyd_, &eve_}) {
    const Headers own = bearer(person->domain, person->token);
    const std::string& id = person->ids.at("{session_id}");
    Json session = call("GET", "/api/sessions/" + id, nullptr, own).body;
    session.erase("lastActivity");
    out += dump(session);
    for (const std::string& path : {"/api/chat/history/" + id, "/api/files/list/" + id}) {
      const auto read = call("GET", path, nullptr, own);
      EXPECT_THAT(read.raw.body, ::testing::HasSubstr(person->word)) << path;
      out += read.raw.body;
    }
  }
  for (const auto& [domain, company] : companies_) {
    const std::string tenant = "/tenants/" + domain;
    out += as_operator("GET", tenant).raw.body + as_operator("GET", tenant + "/customers").raw.body;
    Json keys = as_operator("GET", tenant + "/keys").body;
    for (Json& key : keys["keys"]) key.erase("lastUsedAt");
    out += dump(keys);
  }
  return out + dump(as_operator("GET", "/tenants").body["total"]);
}

AppFixture::Answer IsolationWorld::send(const Probe& probe, const Ids& ids, Headers headers) {
  std::string path = probe.path;
  std::string body = probe.body;
  for (const auto& [slot, id] : ids) {
    path = replaced(path, slot, id);
    body = replaced(body, slot, id);
  }
  headers.insert(headers.end(), probe.headers.begin(), probe.headers.end());
  if (connection_ == nullptr) connection_ = std::make_unique<RawClient>(port());
  connection_->request(probe.method, path, headers, body);
  Answer answer = answer_of(connection_->read_response());
  if (answer.raw.header("connection") == "close") connection_.reset();
  return answer;
}

}  // namespace parley
