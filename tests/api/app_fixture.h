// The whole server on a port of its own, over a real SQLite file, with Claude played by a script.
//
// Every test of tests/api drives it through real sockets only.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/app.h"
#include "base/json.h"
#include "tenants/tenants.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/raw_client.h"
#include "tests/fakes/temp_dir.h"

namespace parley {

/// A Messages API stream that says `deltas` and ends properly.
std::string claude_stream(const std::vector<std::string>& deltas,
                          const std::string& stop_reason = "end_turn");

/// A reply with such a stream, in one piece.
fakes::FakeReply says(const std::vector<std::string>& deltas);

/// One that asks for the tool `name` with `input`.
std::string claude_tool_call(const std::string& name, const Json& input);

/// One that asks for several at once.
std::string claude_tool_calls(const std::vector<std::pair<std::string, Json>>& calls);

/// The id of a session that there is not.
inline constexpr const char* unknown_session = "00000000-0000-4000-8000-000000000000";

/// The body of an upload, and its Content-Type.
std::string upload_form(const std::string& session_id,
                        const std::string& content = "city,n\nBerlin,1\n",
                        const std::string& name = "data.csv");
inline constexpr const char* upload_form_type = "multipart/form-data; boundary=b";

class AppFixture : public ::testing::Test {
 public:
  ~AppFixture() override;

 protected:
  using Environment = std::map<std::string, std::string>;
  using Headers = std::vector<std::pair<std::string, std::string>>;

  /// Starts the server: profile testing, demo provider, or Claude at `model_` once that is set.
  void start(const Environment& changes = {});
  void stop() { app_.reset(); }
  uint16_t port() const { return app_->port(); }

  /// A tenant in the data that start() will find; its id. Before start().
  std::string make_tenant(const std::string& name, const std::vector<std::string>& domains,
                          const Json& settings = nullptr);

  /// Suspends the tenant of `domain`. Before start().
  void suspend(const std::string& domain);

  /// What start() runs on; to see what App::make says to them.
  Result<app::Settings> settings(const Environment& changes = {}) const;

  /// Answers of the scripted Claude, in order, the last repeated. Before start().
  void script(std::vector<fakes::FakeReply> replies);
  void script(fakes::FakeUpstream::Handler handler);

  struct Answer {
    int status = 0;
    Json body;  ///< null if it was no JSON
    RawResponse raw;
  };
  Answer call(const std::string& method, const std::string& path, const Json& body = nullptr,
              Headers headers = {});

  /// What fetch() or a RawClient read; status 0 if nothing came.
  static Answer answer_of(const std::optional<RawResponse>& response);

  /// A new session; its id. `token_` is then its visitor token.
  std::string create_session(const Json& config = nullptr);

  /// Sends a message as JSON.
  Answer say(const std::string& session_id, const std::string& text, Headers headers = {});

  /// Sends a message as an event stream and reads to its end.
  std::vector<SseEvent> stream(const std::string& session_id, const std::string& text,
                               Headers headers = {});

  /// Opens a stream and reads its head; events are the caller's to read.
  std::unique_ptr<RawClient> open_stream(const std::string& session_id, const std::string& text,
                                         Headers headers = {});

  Json history(const std::string& session_id);

  /// The value of a metric line that begins with `name`; 0 if absent.
  double metric(const std::string& name);

  static std::vector<SseEvent> read_all(RawClient& client);

  /// Opens what start() will find, and changes it.
  void change_tenants(const std::function<void(tenants::Service&)>& change);

  TempDir directory_;
  SystemClock clock_;
  FakeClock fake_clock_;
  const Clock* server_clock_ = &clock_;  ///< the server's time; set before start()
  std::string config_directory_ = directory_.path("absent");
  std::unique_ptr<fakes::FakeUpstream> model_;
  std::unique_ptr<app::App> app_;
  std::string token_;
};

/// The text of all delta events joined.
std::string text_of(const std::vector<SseEvent>& events);

/// The data of the first event called `name`; null if there is none.
Json data_of(const std::vector<SseEvent>& events, const std::string& name);

}  // namespace parley
