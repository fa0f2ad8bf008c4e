#include "chat/routes.h"

#include <algorithm>

#include "base/ids.h"
#include "base/json_text.h"
#include "base/text.h"
#include "chat/documentation.h"
#include "http/answer_source.h"

namespace parley::chat {

namespace {

using http::Reply;
using http::Request;

constexpr const char* event_stream = "text/event-stream";
constexpr size_t idempotency_key_max = 128;
constexpr int64_t history_messages_max = 1'000;

Error missing_fields() {
  return {ErrorCode::invalid, "Missing required fields: sessionId and message"};
}

Error no_session() {
  return {ErrorCode::not_found, "Session not found. Please create a new session."};
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

Result<std::string> idempotency_key(const Request& request) {
  const std::string key(request.header("idempotency-key").value_or(""));
  if (key.size() > idempotency_key_max || !is_visible_ascii(key)) {
    return fail(ErrorCode::invalid, "Idempotency-Key must be 1 to 128 visible ASCII characters");
  }
  return key;
}

Result<SendMessage> parse_message(const Request& request) {
  ASSIGN_OR_RETURN(const Json body, request.json_object());
  const auto session_id = find_string(body, "sessionId");
  SendMessage message;
  message.text = find_string(body, "message").value_or("");
  message.retry_of = find_string(body, "retryOf").value_or("");
  if (trim(message.text).empty()) message.text.clear();
  if (!session_id || session_id->empty() || (message.text.empty() && message.retry_of.empty())) {
    return fail(missing_fields());
  }
  if (!is_uuid(*session_id)) return fail(no_session());
  const Json* config = find_member(body, "config");
  if (config != nullptr && !config->is_null()) {
    if (!config->is_object()) return fail(ErrorCode::invalid, "config must be an object");
    message.config = *config;
  }
  message.conversation_id = *session_id;
  ASSIGN_OR_RETURN(message.idempotency_key, idempotency_key(request));
  message.request_id = request.id;
  return message;
}

Reply message_error(Error error) {
  if (error.code == ErrorCode::not_found) error = no_session();
  Reply reply = http::error_reply(error);
  const bool is_provider = error.message.starts_with("AI provider '");
  if (is_provider) {  // the document shows the text twice
    reply = http::json_reply(400, {{"error", error.message}, {"details", error.message}});
  }
  return reply;
}

Reply outcome_reply(const Outcome& outcome) {
  if (outcome.error) return message_error(*outcome.error);
  return http::json_reply(outcome.status, outcome.body);
}

std::optional<events::EventId> last_event_id(const Request& request) {
  const auto header = request.header("last-event-id");
  return header ? events::EventId::parse(*header) : std::nullopt;
}

Reply stream_reply(const std::shared_ptr<Turn>& turn, std::optional<events::EventId> after) {
  const auto stream = turn->stream();
  const bool resumes = after && after->seq == stream->seq();
  const size_t offset = resumes ? turn->resume_offset(after->n) : 0;
  return http::event_stream_reply(std::make_shared<http::AnswerSource>(stream, offset));
}

/// The stream begins when the message is stored; until then an error still has its own status.
Reply accepted_stream_reply(std::shared_ptr<Turn> turn, std::optional<events::EventId> after) {
  Reply reply;
  reply.body = http::Later{[turn = std::move(turn), after](std::function<void(Reply)> done) {
    turn->when_accepted([turn, after, done = std::move(done)](const Result<void>& accepted) {
      done(accepted ? stream_reply(turn, after) : message_error(accepted.error()));
    });
  }};
  return reply;
}

Reply later_reply(std::shared_ptr<Turn> turn) {
  Reply reply;
  reply.body = http::Later{[turn = std::move(turn)](std::function<void(Reply)> done) {
    turn->when_done([done = std::move(done)](const Outcome& o) { done(outcome_reply(o)); });
  }};
  return reply;
}

Reply send_message(Service& service, const Request& request, const Scope& scope) {
  auto message = parse_message(request);
  if (!message) return message_error(message.error());
  auto turn = service.send(scope, std::move(*message));
  if (!turn) return message_error(turn.error());
  return request.accepts(event_stream) ? accepted_stream_reply(*turn, last_event_id(request))
                                       : later_reply(std::move(*turn));
}

Reply resume_stream(Service& service, const Request& request, const Scope& scope) {
  const auto after = last_event_id(request);
  const auto turn = service.find_turn(scope, request.parameter("session_id"), after);
  if (!turn) return http::error_reply(turn.error());
  if (*turn == nullptr) return Reply{.status = 204};
  return stream_reply(*turn, after);
}

Reply stop_answer(Service& service, const Request& request, const Scope& scope) {
  const std::string& id = request.parameter("session_id");
  const auto stopped = service.stop(scope, id);
  if (!stopped) return http::error_reply(stopped.error());
  return http::json_reply(200, {{"sessionId", id}, {"status", *stopped ? "stopped" : "idle"}});
}

Reply get_history(conversations::Service& conversations, files::Queries& queries,
                  const Request& request, const Scope& scope) {
  const std::string& id = request.parameter("session_id");
  files::ReceiptsByMessage receipts;
  const auto messages = conversations.messages(
      scope, id, history_messages_max,
      [&](const db::Reader& reader) { receipts = queries.by_message(reader, scope, id); });
  if (!messages) return http::error_reply(messages.error());
  std::string body;
  JsonObjectText object(body);
  object.add("messageCount", static_cast<int64_t>(messages->size()));
  object.begin("messages");
  conversations::append_json(body, *messages, files::to_texts(receipts));
  object.add("sessionId", id);
  object.end();
  return http::json_text_reply(200, std::move(body));
}

Reply delete_history(Service& service, const Request& request, const Scope& scope) {
  const std::string& id = request.parameter("session_id");
  const auto cleared = service.clear_history(scope, id);
  if (!cleared) return http::error_reply(cleared.error());
  return http::json_reply(200, {{"sessionId", id},
                                {"status", "cleared"},
                                {"messagesCleared", *cleared},
                                {"timestamp", iso_timestamp(service.now_ms())}});
}

}  // namespace

http::Routes routes(Service& service, conversations::Service& conversations,
                    files::Queries& queries) {
  using http::Access, http::Limits, http::Method;
  const auto on_service = [&service](auto* handler) {
    return [&service, handler](const Request& request, const Scope& scope) {
      return handler(service, request, scope);
    };
  };
  const std::string history = "/api/chat/history/{session_id}";
  Limits of_message;
  of_message.rate = http::RateClass::message;
  return {
      {Method::post, "/api/chat/message", Access::visitor, of_message, document_message(),
       on_service(&send_message)},
      {Method::get, history, Access::visitor, Limits{}, document_history(),
       [&conversations, &queries](const Request& request, const Scope& scope) {
         return get_history(conversations, queries, request, scope);
       }},
      {Method::del, history, Access::visitor, Limits{}, document_clear(),
       on_service(&delete_history)},
      {Method::get, "/api/chat/stream/{session_id}", Access::visitor, Limits{}, document_stream(),
       on_service(&resume_stream)},
      {Method::post, "/api/chat/stop/{session_id}", Access::visitor, Limits{}, document_stop(),
       on_service(&stop_answer)},
  };
}

}  // namespace parley::chat
