#include "chat/documentation.h"

namespace parley::chat {

namespace {

const Json text_type = {{"type", "string"}};
const Json number_type = {{"type", "integer"}};

Json object(Json properties, Json required = Json::array()) {
  Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

/// As GET /api/files/receipts sends them, with the first rows only.
Json receipts_schema() {
  return {{"type", "array"}, {"items", {{"type", "object"}}}};
}

Json message_schema() {
  return object({{"role", {{"type", "string"}, {"enum", {"user", "assistant"}}}},
                 {"content", text_type},
                 {"timestamp", number_type},
                 {"messageId", text_type},
                 {"seq", number_type},
                 {"finish", text_type},
                 {"receipts", receipts_schema()}});
}

http::Documentation chat_route(const char* summary) {
  http::Documentation out;
  out.tag = "Chat";
  out.summary = summary;
  out.errors = {401, 404};
  return out;
}

const http::Documentation::Header last_event_id_header = {
    "Last-Event-ID", "The id of the last event received: the stream goes on after it."};

}  // namespace

http::Documentation document_message() {
  auto out = chat_route(
      "Sends a message. Answers JSON, or numbered server-sent events (started, delta, tool, "
      "receipt, usage, done, error) with Accept: text/event-stream. Idempotency-Key makes a retry "
      "safe. message may be left out where retryOf names the visitor's last message. "
      "tokensRemaining is what the tenant's plan leaves to this visitor (null: no limit); mode is "
      "there while a person is waited for; nobody else answers until the budget has room again. A "
      "conversation takes 16 MiB of messages (413).");
  out.request = object({{"sessionId", text_type},
                        {"message", text_type},
                        {"config", {{"type", "object"}}},
                        {"retryOf", text_type}},
                       {"sessionId"});
  out.response = object({{"response", text_type},
                         {"sessionId", text_type},
                         {"messageCount", number_type},
                         {"provider", text_type},
                         {"model", text_type},
                         {"timestamp", text_type},
                         {"messageId", text_type},
                         {"finish", text_type},
                         {"responseTimeMs", number_type},
                         {"tokensRemaining", {{"type", {"integer", "null"}}}},
                         {"mode", {{"type", "string"}, {"enum", {"waiting"}}}},
                         {"receipts", receipts_schema()}});
  out.further_response_types = {"text/event-stream"};
  out.headers = {{"Idempotency-Key",
                  "1 to 128 visible ASCII characters; the same key never costs a second answer."},
                 last_event_id_header};
  out.errors = {400, 401, 404, 413, 415, 422, 429, 500, 503, 507};
  return out;
}

http::Documentation document_history() {
  auto out = chat_route(
      "The newest 1,000 messages, fewer if their texts are more than 4 MiB; oldest first.");
  out.response = object({{"sessionId", text_type},
                         {"messages", {{"type", "array"}, {"items", message_schema()}}},
                         {"messageCount", number_type}});
  return out;
}

http::Documentation document_clear() {
  auto out = chat_route("Deletes all messages of the conversation; stops a running answer.");
  out.response = object({{"sessionId", text_type},
                         {"status", text_type},
                         {"messagesCleared", number_type},
                         {"timestamp", text_type}});
  return out;
}

http::Documentation document_stream() {
  auto out = chat_route(
      "Resumes an answer's event stream after Last-Event-ID, or joins the running one from its "
      "start; 204 if there is none.");
  out.response = text_type;
  out.response_type = "text/event-stream";
  out.may_be_empty = true;
  out.headers = {last_event_id_header};
  return out;
}

http::Documentation document_stop() {
  auto out = chat_route("Stops the running answer; what was said is kept.");
  out.response = object({{"sessionId", text_type}, {"status", text_type}});
  return out;
}

}  // namespace parley::chat
