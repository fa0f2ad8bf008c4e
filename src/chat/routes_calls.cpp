#include "chat/routes_calls.h"

#include <limits>

#include "base/ids.h"
#include "base/numbers.h"
#include "base/text.h"

namespace parley::chat {

namespace {

using http::Reply;
using http::Request;

constexpr size_t model_characters_max = 200;

tl::unexpected<Error> invalid(std::string error, std::string advice) {
  Error out{ErrorCode::invalid, std::move(error)};
  out.advice = std::move(advice);
  return tl::unexpected<Error>(std::move(out));
}

/// Documents 000/001 say what is wrong in `error` and what to do in `message`.
Reply error_reply(Error error) {
  if (error.code == ErrorCode::unavailable && error.advice.empty()) {
    error.advice = std::exchange(error.message, "AI service unavailable");
  } else if (error.code == ErrorCode::invalid && error.advice.empty()) {
    error.advice = std::exchange(error.message, "Invalid request");
  }
  return http::error_reply(error);
}

const Json* present(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found == body.end() || found->is_null() ? nullptr : &*found;
}

Result<std::string> parse_prompt(const Json& body) {
  const Json* prompt = present(body, "prompt");
  if (prompt != nullptr && !prompt->is_string()) {
    return invalid("Invalid prompt", "The prompt must be a string");
  }
  std::string text = prompt == nullptr ? "" : std::string(trim(prompt->get<std::string>()));
  if (text.empty()) {
    return invalid("Missing prompt", "Please provide a prompt in the request body");
  }
  return text;
}

Result<std::string> parse_model(const Json& body) {
  const Json* model = present(body, "model");
  if (model == nullptr) return std::string();
  if (!model->is_string() || count_characters(model->get<std::string>()) > model_characters_max) {
    return invalid("Invalid model", "The model must be a string of at most 200 characters");
  }
  return std::string(trim(model->get<std::string>()));
}

/// A number, or text of one, as the document's example has it.
Result<std::optional<int64_t>> parse_seed(const Json& body) {
  using Seed = std::optional<int64_t>;
  const Json* seed = present(body, "seed");
  if (seed == nullptr || (seed->is_string() && seed->get<std::string>().empty())) return Seed();
  const Seed number = seed->is_string() ? parse_number<int64_t>(seed->get<std::string>())
                                        : find_integer(body, "seed");
  if (!number) return invalid("Invalid seed", "The seed must be an integer of at most 64 bits");
  return number;
}

Result<std::string> parse_customer(const Json& body) {
  const Json* customer = present(body, "customer_id");
  if (customer == nullptr) return std::string();
  std::string id = customer->is_string() ? to_lower_ascii(customer->get<std::string>()) : "-";
  if (!id.empty() && !is_uuid(id)) {
    return invalid("Invalid customer_id", "The customer_id must be a UUID");
  }
  return id;
}

Result<CallRequest> parse_call(const Request& request) {
  ASSIGN_OR_RETURN(const Json body, request.documented_json());
  CallRequest call;
  ASSIGN_OR_RETURN(call.prompt, parse_prompt(body));
  ASSIGN_OR_RETURN(call.model, parse_model(body));
  ASSIGN_OR_RETURN(call.seed, parse_seed(body));
  ASSIGN_OR_RETURN(call.customer_id, parse_customer(body));
  call.request_id = request.id;
  return call;
}

/// What a failed call says; never charged where calls are counted.
Reply failure_reply(const Outcome& outcome) {
  if (outcome.error) return error_reply(*outcome.error);
  const std::string details = find_string(outcome.body, "details").value_or("");
  if (outcome.status == 429 && find_string(outcome.body, "error") == "Token limit exceeded") {
    return http::json_reply(429, {{"error", "Token limit exceeded"}, {"message", details}});
  }
  return http::json_reply(503, {{"error", "AI service unavailable"}, {"message", details}});
}

Reply outcome_reply(const Outcome& outcome, const std::string& prompt, const std::string& tenant) {
  if (outcome.error || outcome.status != 200) return failure_reply(outcome);
  const Json& body = outcome.body;
  return http::json_reply(200, {{"success", true},
                                {"message_id", body.at("messageId")},
                                {"prompt", prompt},
                                {"response", body.at("response")},
                                {"model", body.at("model")},
                                {"response_time_ms", body.at("responseTimeMs")},
                                {"tokens_remaining", body.at("tokensRemaining")},
                                {"tenant", tenant}});
}

Reply make_call(Calls& calls, const Request& request, const Scope& scope) {
  if (auto admitted = calls.admit(scope); !admitted) return error_reply(admitted.error());
  auto parsed = parse_call(request);
  if (!parsed) return error_reply(parsed.error());
  const std::string prompt = parsed->prompt;
  auto turn = calls.start(scope, *std::move(parsed));
  if (!turn) return error_reply(turn.error());
  Reply reply;
  reply.body = http::Later{[turn = *std::move(turn), prompt,
                            tenant = calls.tenant_name(scope)](std::function<void(Reply)> done) {
    turn->when_done([=, done = std::move(done)](const Outcome& outcome) {
      done(outcome_reply(outcome, prompt, tenant));
    });
  }};
  return reply;
}

Result<int64_t> parse_count(const Request& request, const char* name, int64_t otherwise) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return otherwise;
  const auto number = parse_number<int64_t>(found->second);
  if (!number || *number < 0) {
    return invalid(std::string("Invalid ").append(name),
                   std::string(name).append(" must be a whole number, 0 or more"));
  }
  return *number;
}

Json to_json(const conversations::Call& call) {
  return {{"id", call.id},
          {"prompt", call.prompt},
          {"response", call.response},
          {"created_at", iso_timestamp(call.created_at_ms)},
          {"model", call.model},
          {"tokens_used", find_integer(call.usage, "charged").value_or(0)},
          {"response_time_ms", call.response_ms}};
}

Reply get_history(Calls& calls, const Request& request, const Scope& scope) {
  const auto limit = parse_count(request, "limit", calls_listed_default);
  if (!limit) return error_reply(limit.error());
  const auto offset = parse_count(request, "offset", 0);
  if (!offset) return error_reply(offset.error());
  const auto history = calls.history(scope, *limit, *offset);
  if (!history) return error_reply(history.error());
  Json messages = Json::array();
  for (const auto& call : history->calls) messages.push_back(to_json(call));
  const int64_t tokens_limit = history->tokens_limit;
  return http::json_reply(200, {{"success", true},
                                {"messages", std::move(messages)},
                                {"total_messages", history->total},
                                {"tenant", history->tenant},
                                {"tokens_used", history->tokens_used},
                                {"tokens_limit", tokens_limit == 0 ? Json() : Json(tokens_limit)}});
}

Json typed(const char* type) {
  return {{"type", type}};
}

Json object_of(Json properties) {
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

/// All `properties` are always there.
Json whole_object(Json properties) {
  Json required = Json::array();
  for (const auto& [name, schema] : properties.items()) required.push_back(name);
  Json out = object_of(std::move(properties));
  out["required"] = std::move(required);
  return out;
}

const Json integer_or_null = {{"type", {"integer", "null"}}};

http::Documentation document_call() {
  http::Documentation out;
  out.tag = "Calls";
  out.summary =
      "Answers one prompt with the tenant's bot. model may name a provider, too; of the customer "
      "only what belongs to customer_id reaches the prompt. A failed call is not charged where the "
      "plan counts calls. In production a key of the tenant is required.";
  out.request = object_of({{"prompt", typed("string")},
                           {"model", typed("string")},
                           {"seed", {{"type", {"integer", "string"}}}},
                           {"customer_id", typed("string")}});
  out.request["required"] = {"prompt"};
  out.response = whole_object({{"success", typed("boolean")},
                               {"message_id", typed("string")},
                               {"prompt", typed("string")},
                               {"response", typed("string")},
                               {"model", typed("string")},
                               {"response_time_ms", typed("integer")},
                               {"tokens_remaining", integer_or_null},
                               {"tenant", typed("string")}});
  out.errors = {400, 401, 404, 413, 429, 503, 507};
  return out;
}

http::Documentation document_call_history() {
  http::Documentation out;
  out.tag = "Calls";
  out.summary =
      "The tenant's calls, newest first: limit (50, at most 100) of them after offset. In "
      "production a key of the tenant is required.";
  out.response =
      whole_object({{"success", typed("boolean")},
                    {"messages",
                     {{"type", "array"},
                      {"items", whole_object({{"id", typed("string")},
                                              {"prompt", typed("string")},
                                              {"response", typed("string")},
                                              {"created_at", typed("string")},
                                              {"model", typed("string")},
                                              {"tokens_used", typed("integer")},
                                              {"response_time_ms", typed("integer")}})}}},
                    {"total_messages", typed("integer")},
                    {"tenant", typed("string")},
                    {"tokens_used", typed("integer")},
                    {"tokens_limit", integer_or_null}});
  out.errors = {400, 401, 404};
  return out;
}

}  // namespace

http::Routes call_routes(Calls& calls) {
  using http::Access, http::Limits, http::Method;
  const auto call = [&calls](const Request& request, const Scope& scope) {
    return make_call(calls, request, scope);
  };
  const auto history = [&calls](const Request& request, const Scope& scope) {
    return get_history(calls, request, scope);
  };
  Limits of_call;
  of_call.rate = http::RateClass::message;
  http::Routes routes;
  for (const char* path : {"/api/chat/call/", "/api/chat/call"}) {
    routes.push_back({Method::post, path, Access::open, of_call, document_call(), call});
  }
  for (const char* path : {"/api/chat/history/", "/api/chat/history"}) {
    routes.push_back({Method::get, path, Access::open, Limits{}, document_call_history(), history});
  }
  return routes;
}

}  // namespace parley::chat
