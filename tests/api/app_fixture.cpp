#include "tests/api/app_fixture.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/log.h"
#include "crypto/random.h"
#include "tests/fakes/scope_for_tests.h"

namespace parley {

namespace {

std::string event(const Json& data) {
  return fmt::format("event: {}\ndata: {}\n\n", data["type"].get<std::string>(), dump(data));
}

std::string message_start() {
  return event({{"type", "message_start"},
                {"message",
                 {{"id", "msg_1"},
                  {"type", "message"},
                  {"role", "assistant"},
                  {"model", "claude-test"},
                  {"content", Json::array()},
                  {"stop_reason", nullptr},
                  {"usage", {{"input_tokens", 11}, {"output_tokens", 1}}}}}});
}

std::string message_end(const std::string& stop_reason) {
  return event({{"type", "message_delta"},
                {"delta", {{"stop_reason", stop_reason}}},
                {"usage", {{"output_tokens", 7}}}}) +
         event({{"type", "message_stop"}});
}

}  // namespace

std::string claude_stream(const std::vector<std::string>& deltas, const std::string& stop_reason) {
  std::string out = message_start() + event({{"type", "content_block_start"},
                                             {"index", 0},
                                             {"content_block", {{"type", "text"}, {"text", ""}}}});
  for (const std::string& text : deltas) {
    out += event({{"type", "content_block_delta"},
                  {"index", 0},
                  {"delta", {{"type", "text_delta"}, {"text", text}}}});
  }
  return out + event({{"type", "content_block_stop"}, {"index", 0}}) + message_end(stop_reason);
}

fakes::FakeReply says(const std::vector<std::string>& deltas) {
  return {.body = claude_stream(deltas)};
}

std::string claude_tool_calls(const std::vector<std::pair<std::string, Json>>& calls) {
  std::string out = message_start();
  for (size_t at = 0; at < calls.size(); ++at) {
    out += event({{"type", "content_block_start"},
                  {"index", at},
                  {"content_block",
                   {{"type", "tool_use"},
                    {"id", "toolu_" + std::to_string(at + 1)},
                    {"name", calls[at].first},
                    {"input", Json::object()}}}}) +
           event({{"type", "content_block_delta"},
                  {"index", at},
                  {"delta",
                   {{"type", "input_json_delta"}, {"partial_json", dump(calls[at].second)}}}}) +
           event({{"type", "content_block_stop"}, {"index", at}});
  }
  return out + message_end("tool_use");
}

std::string claude_tool_call(const std::string& name, const Json& input) {
  return claude_tool_calls({{name, input}});
}

std::string upload_form(const std::string& session_id, const std::string& content,
                        const std::string& name) {
  return "--b\r\nContent-Disposition: form-data; name=\"sessionId\"\r\n\r\n" + session_id +
         "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
         "\"\r\nContent-Type: text/csv\r\n\r\n" + content + "\r\n--b--\r\n";
}

AppFixture::~AppFixture() {
  app_.reset();
}

void AppFixture::script(std::vector<fakes::FakeReply> replies) {
  script(fakes::in_order(std::move(replies)));
}

void AppFixture::script(fakes::FakeUpstream::Handler handler) {
  model_ = std::make_unique<fakes::FakeUpstream>(std::move(handler));
}

Result<app::Settings> AppFixture::settings(const Environment& changes) const {
  app::SettingSources sources;
  sources.env_file = directory_.path("absent.env");
  sources.config_directory = config_directory_;
  sources.environment = {{"APP_PROFILE", "testing"},
                         {"VISITOR_TOKEN_REQUIRED", "false"},
                         {"DEV_DEFAULT_TENANT", "true"},
                         {"TOKENS_LIMIT", "0"},
                         {"LOG_LEVEL", "off"},
                         {"PORT", "0"},
                         {"DATA_DIR", directory_.path("data")},
                         {"MEDIA_DIR", directory_.path("media")},
                         {"WIDGET_DIR", PARLEY_SOURCE_DIR "/tests/api/widget"},
                         {"DRAIN_MS", "200"},
                         // Queries get only what other processes leave of the processors.
                         {"QUERY_TIMEOUT_MS", "60000"}};
  for (const char* rate : {"MESSAGES_PER_VISITOR", "MESSAGES_PER_ADDRESS", "SESSIONS_PER_ADDRESS",
                           "SESSIONS_PER_TENANT", "REQUESTS_PER_TENANT"}) {
    sources.environment[std::string("RATE_") + rate] = "0";
  }
  if (model_ != nullptr) {
    sources.environment["ANTHROPIC_API_KEY"] = "test-key";
    sources.environment["ANTHROPIC_BASE_URL"] = model_->url();
    sources.environment["ANTHROPIC_MODEL"] = "claude-test";
  }
  for (const auto& [name, value] : changes) sources.environment[name] = value;
  return app::Settings::load(sources);
}

void AppFixture::change_tenants(const std::function<void(tenants::Service&)>& change) {
  std::filesystem::create_directories(directory_.path("data"));
  const auto database =
      db::Database::open({.path = directory_.path("data/parley.db")}, *server_clock_);
  ASSERT_TRUE(database) << database.error().message;
  crypto::OpenSslEntropy entropy;
  tenants::Service service({}, **database, entropy);
  ASSERT_TRUE(service.load(ScopeForTests::system("")));
  change(service);
}

std::string AppFixture::make_tenant(const std::string& name,
                                    const std::vector<std::string>& domains, const Json& settings) {
  std::string id;
  change_tenants([&](tenants::Service& service) {
    const auto made = service.create(ScopeForTests::system(""), name, domains, settings);
    ASSERT_TRUE(made) << made.error().message;
    id = (*made)->id;
  });
  return id;
}

void AppFixture::suspend(const std::string& domain) {
  change_tenants([&](tenants::Service& service) {
    const std::string id = service.find_named(domain)->id;
    const tenants::Update update = {.status = tenants::Status::suspended};
    ASSERT_TRUE(service.update(ScopeForTests::system(""), id, update));
  });
}

void AppFixture::start(const Environment& changes) {
  log::set_level(log::Level::off);
  const auto loaded = settings(changes);
  ASSERT_TRUE(loaded) << loaded.error().message;
  auto app = app::App::make(*loaded, *server_clock_);
  ASSERT_TRUE(app) << app.error().message << " " << app.error().detail;
  app_ = std::move(*app);
  const auto started = app_->start();
  ASSERT_TRUE(started) << started.error().message;
}

AppFixture::Answer AppFixture::call(const std::string& method, const std::string& path,
                                    const Json& body, Headers headers) {
  if (!body.is_null()) headers.emplace_back("Content-Type", "application/json");
  return answer_of(fetch(port(), method, path, headers, body.is_null() ? "" : dump(body)));
}

AppFixture::Answer AppFixture::answer_of(const std::optional<RawResponse>& response) {
  Answer out;
  if (!response) return out;
  out.raw = *response;
  out.status = response->status;
  if (auto parsed = parse_json(response->body)) out.body = std::move(*parsed);
  return out;
}

std::string AppFixture::create_session(const Json& config) {
  const auto created = call("POST", "/api/sessions/create",
                            config.is_null() ? Json::object() : Json{{"config", config}});
  EXPECT_EQ(created.status, 201) << created.raw.body;
  token_ = created.body.value("visitorToken", "");
  return created.body.value("sessionId", "");
}

AppFixture::Answer AppFixture::say(const std::string& session_id, const std::string& text,
                                   Headers headers) {
  return call("POST", "/api/chat/message", {{"sessionId", session_id}, {"message", text}},
              std::move(headers));
}

std::unique_ptr<RawClient> AppFixture::open_stream(const std::string& session_id,
                                                   const std::string& text, Headers headers) {
  headers.emplace_back("Accept", "text/event-stream");
  headers.emplace_back("Content-Type", "application/json");
  auto client = std::make_unique<RawClient>(port());
  client->request("POST", "/api/chat/message", headers,
                  dump({{"sessionId", session_id}, {"message", text}}));
  const auto head = client->read_head();
  EXPECT_TRUE(head && head->status == 200) << (head ? head->head : "no head");
  return client;
}

std::vector<SseEvent> AppFixture::read_all(RawClient& client) {
  std::vector<SseEvent> events;
  while (auto next = client.read_event()) events.push_back(std::move(*next));
  return events;
}

std::vector<SseEvent> AppFixture::stream(const std::string& session_id, const std::string& text,
                                         Headers headers) {
  return read_all(*open_stream(session_id, text, std::move(headers)));
}

Json AppFixture::history(const std::string& session_id) {
  const auto answer = call("GET", "/api/chat/history/" + session_id);
  EXPECT_EQ(answer.status, 200) << answer.raw.body;
  return answer.body["messages"];
}

double AppFixture::metric(const std::string& name) {
  const std::string text = call("GET", "/metrics").raw.body;
  const size_t at = text.find("\n" + name);
  if (at == std::string::npos) return 0;
  const size_t space = text.find(' ', at + 1);
  return std::stod(text.substr(space));
}

std::string text_of(const std::vector<SseEvent>& events) {
  std::string out;
  for (const SseEvent& event : events) {
    if (event.name == "delta") out += Json::parse(event.data)["text"].get<std::string>();
  }
  return out;
}

Json data_of(const std::vector<SseEvent>& events, const std::string& name) {
  for (const SseEvent& event : events) {
    if (event.name == name) return Json::parse(event.data);
  }
  return nullptr;
}

}  // namespace parley
