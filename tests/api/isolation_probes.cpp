#include "tests/api/isolation_probes.h"

#include "tests/api/app_fixture.h"

namespace parley {

namespace {

constexpr const char* json_type = "application/json";
constexpr const char* form_type = "application/x-www-form-urlencoded";

Probes get(const std::string& path) {
  return {{"GET", path}};
}

Probes send(const char* method, const std::string& path, const std::string& body) {
  return {{method, path, {{"Content-Type", json_type}}, body}};
}

/// A message in every form that the route takes.
Probes message_probes() {
  const std::string message = R"({"sessionId":"{session_id}","message":"mine now"})";
  const std::string message_form =
      "--b\r\nContent-Disposition: form-data; name=\"sessionId\"\r\n\r\n{session_id}\r\n--b\r\n"
      "Content-Disposition: form-data; name=\"message\"\r\n\r\nmine now\r\n--b--\r\n";
  return {{"POST", "/api/chat/message", {{"Content-Type", json_type}}, message},
          {"POST",
           "/api/chat/message",
           {{"Content-Type", json_type}, {"Accept", "text/event-stream"}},
           message},
          {"POST",
           "/api/chat/message",
           {{"Content-Type", json_type}, {"Idempotency-Key", "key-of-the-owner"}},
           message},
          {"POST",
           "/api/chat/message",
           {{"Content-Type", json_type},
            {"Accept", "text/event-stream"},
            {"Idempotency-Key", "key-of-the-owner"},
            {"Last-Event-ID", "1.1"}},
           message},
          {"POST",
           "/api/chat/message",
           {{"Content-Type", form_type}},
           "sessionId={session_id}&message=mine+now"},
          {"POST", "/api/chat/message", {{"Content-Type", upload_form_type}}, message_form},
          {"POST",
           "/api/chat/message",
           {{"Content-Type", json_type}},
           R"({"sessionId":"{session_id}","retryOf":"{message_id}"})"}};
}

}  // namespace

std::string replaced(std::string text, const std::string& name, const std::string& id) {
  for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + id.size())) {
    text.replace(at, name.size(), id);
  }
  return text;
}

const std::map<std::string, Probes>& probes_by_route() {
  const std::string upload = upload_form("{session_id}", "a,b\n1,2\n");
  const auto simple = [](const char* method, const std::string& path) {
    return Probes{{method, path}};
  };
  static const std::map<std::string, Probes> all = {
      {"GET /api/sessions/{session_id}", simple("GET", "/api/sessions/{session_id}")},
      {"PUT /api/sessions/{session_id}/config",
       {{"PUT",
         "/api/sessions/{session_id}/config",
         {{"Content-Type", json_type}},
         R"({"config":{"botName":"Eve"}})"}}},
      {"POST /api/chat/message", message_probes()},
      {"GET /api/chat/history/{session_id}", simple("GET", "/api/chat/history/{session_id}")},
      {"DELETE /api/chat/history/{session_id}", simple("DELETE", "/api/chat/history/{session_id}")},
      {"GET /api/chat/stream/{session_id}",
       {{"GET", "/api/chat/stream/{session_id}"},
        {"GET", "/api/chat/stream/{session_id}", {{"Last-Event-ID", "1.1"}}}}},
      {"POST /api/chat/stop/{session_id}", simple("POST", "/api/chat/stop/{session_id}")},
      {"POST /api/files/upload",
       {{"POST", "/api/files/upload", {{"Content-Type", upload_form_type}}, upload}}},
      {"GET /api/files/info/{session_id}", simple("GET", "/api/files/info/{session_id}")},
      {"POST /api/files/query/{session_id}",
       {{"POST",
         "/api/files/query/{session_id}",
         {{"Content-Type", json_type}},
         R"({"query":"canary"})"}}},
      {"DELETE /api/files/{session_id}", simple("DELETE", "/api/files/{session_id}")},
      {"DELETE /api/files/{session_id}/{file_id}",
       simple("DELETE", "/api/files/{session_id}/{file_id}")},
      {"GET /api/files/list/{session_id}", simple("GET", "/api/files/list/{session_id}")},
      {"POST /api/files/sql/{session_id}",
       {{"POST",
         "/api/files/sql/{session_id}",
         {{"Content-Type", json_type}},
         R"({"sql":"SELECT 1"})"},
        {"POST",
         "/api/files/sql/{session_id}",
         {{"Content-Type", json_type}},
         R"({"receiptId":"{receipt_id}","format":"csv"})"}}},
      {"GET /api/files/receipts/{session_id}/{receipt_id}",
       simple("GET", "/api/files/receipts/{session_id}/{receipt_id}")},
  };
  return all;
}

const std::map<std::string, Probes>& admin_probes_by_route() {
  const std::string tenants = "/api/admin/tenants";
  const std::string tenant = tenants + "/{tenant}";
  const std::string customers = tenant + "/customers";
  const std::string customer = customers + "/{customer_id}";
  const std::string keys = "/api/admin/keys";
  static const std::map<std::string, Probes> all = {
      {"GET " + tenants, get(tenants)},
      {"POST " + tenants, send("POST", tenants, R"({"name":"Eve","domains":["eve.example"]})")},
      {"GET " + tenant, get(tenant)},
      {"PUT " + tenant, send("PUT", tenant, R"({"settings":{"systemParameter":"eve"}})")},
      {"GET " + tenant + "/usage",
       {{"GET", tenant + "/usage"},
        {"GET", tenant + "/usage?format=csv"},
        {"GET", tenant + "/usage", {{"Accept", "text/csv"}}}}},
      {"GET " + tenant + "/keys", get(tenant + "/keys")},
      {"POST " + tenant + "/keys", send("POST", tenant + "/keys", R"({"label":"eve"})")},
      {"DELETE " + tenant + "/keys/{key_id}", Probes{{"DELETE", tenant + "/keys/{key_id}"}}},
      {"GET " + customers, {{"GET", customers}, {"GET", customers + "?search=canary"}}},
      {"POST " + customers, send("POST", customers, R"({"name":"Eve"})")},
      {"GET " + customer, get(customer)},
      {"PUT " + customer, send("PUT", customer, R"({"name":"Eve"})")},
      {"DELETE " + customer, Probes{{"DELETE", customer}}},
      {"GET " + customer + "/export", get(customer + "/export")},
      {"GET " + keys, get(keys)},
      {"POST " + keys, send("POST", keys, R"({"label":"eve"})")},
      {"DELETE " + keys + "/{key_id}", Probes{{"DELETE", keys + "/{key_id}"}}},
  };
  return all;
}

const std::map<std::string, Probes>& open_probes_by_route() {
  const std::string call = R"({"prompt":"Hi","customer_id":"{customer_id}"})";
  const std::string customer = R"({"name":"Eve"})";
  const std::string session =
      R"({"sessionId":"{session_id}","config":{"customerId":"{customer_id}"}})";
  static const std::map<std::string, Probes> all = {
      {"GET /static/widget/{file*}", get("/static/widget/chatbot.js")},
      {"GET /widget/chatbot.html", get("/widget/chatbot.html")},
      {"POST /api/sessions/create", send("POST", "/api/sessions/create", session)},
      {"GET /api/sessions/stats/summary", get("/api/sessions/stats/summary")},
      {"GET /api/sessions/bot-config", get("/api/sessions/bot-config")},
      {"GET /api/tenant/info/", get("/api/tenant/info/")},
      {"GET /api/tenant/info", get("/api/tenant/info")},
      {"POST /api/customer/add/", send("POST", "/api/customer/add/", customer)},
      {"POST /api/customer/add", send("POST", "/api/customer/add", customer)},
      {"POST /api/chat/call/", send("POST", "/api/chat/call/", call)},
      {"POST /api/chat/call", send("POST", "/api/chat/call", call)},
      {"GET /api/chat/history/",
       {{"GET", "/api/chat/history/"}, {"GET", "/api/chat/history/?limit=100&offset=0"}}},
      {"GET /api/chat/history", get("/api/chat/history")},
  };
  return all;
}

}  // namespace parley
