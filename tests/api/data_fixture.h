// DataTest: the whole server with files to ask about, and a Claude that asks.
#pragma once

#include <string>

#include "tests/api/app_fixture.h"

namespace parley {

inline constexpr const char* unknown_id = "00000000-0000-4000-8000-000000000000";
inline constexpr const char* orders =
    "region,month,total\nNorth,2026-03-01,10.5\nSouth,2026-03-09,20.25\nNorth,2026-04-01,7\n";
inline constexpr const char* totals =
    "SELECT region, sum(total) AS total FROM orders GROUP BY region ORDER BY total DESC";

class DataTest : public AppFixture {
 protected:
  Answer upload(const std::string& id, const std::string& bytes, const std::string& name,
                Headers headers = {}) {
    headers.emplace_back("Content-Type", upload_form_type);
    return answer_of(
        fetch(port(), "POST", "/api/files/upload", headers, upload_form(id, bytes, name)));
  }

  Answer sql(const std::string& id, const Json& body, Headers headers = {}) {
    return call("POST", "/api/files/sql/" + id, body, std::move(headers));
  }

  /// What the model was told last.
  Json last_tool_result() const {
    return Json::parse(model_->requests().back().body)["messages"].back()["content"][0];
  }

  /// A session with orders.csv, on a server whose Claude asks `statement` and then says "Done.".
  std::string ask(const std::string& statement) {
    script({{.body = claude_tool_call("query_data", {{"sql", statement}})},
            {.body = claude_stream({"Done."})}});
    start();
    std::string id = create_session();
    EXPECT_EQ(upload(id, orders, "orders.csv").status, 200);
    return id;
  }
};

}  // namespace parley
