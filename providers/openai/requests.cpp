#include "providers/openai/requests.h"

#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace parley::providers::openai {

namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) {
    if (trim(part).empty()) continue;
    if (!out.empty()) out += "\n\n";
    out += part;
  }
  return out;
}

/// The protocols have no error flag on results, so the text says it.
std::string result_text(const ToolResult& result) {
  return result.is_error ? "Error: " + result.content : result.content;
}

std::string arguments_text(const ToolCall& call) {
  return call.arguments.is_object() ? dump(call.arguments) : "{}";
}

void append_user_items(const Turn& turn, Json& input) {
  for (const ToolResult& result : turn.tool_results) {
    input.push_back({{"type", "function_call_output"},
                     {"call_id", result.call_id},
                     {"output", result_text(result)}});
  }
  if (!trim(turn.text).empty()) input.push_back({{"role", "user"}, {"content", turn.text}});
}

void append_assistant_items(const Turn& turn, const std::string& owner, Json& input) {
  if (turn.native.is_array() && !turn.native.empty() && turn.native_owner == owner) {
    input.insert(input.end(), turn.native.begin(), turn.native.end());
    return;
  }
  if (!trim(turn.text).empty()) input.push_back({{"role", "assistant"}, {"content", turn.text}});
  for (const ToolCall& call : turn.tool_calls) {
    input.push_back({{"type", "function_call"},
                     {"call_id", call.id},
                     {"name", call.name},
                     {"arguments", arguments_text(call)}});
  }
}

void append_chat_user(const Turn& turn, Json& messages) {
  for (const ToolResult& result : turn.tool_results) {
    messages.push_back(
        {{"role", "tool"}, {"tool_call_id", result.call_id}, {"content", result_text(result)}});
  }
  if (!trim(turn.text).empty()) messages.push_back({{"role", "user"}, {"content", turn.text}});
}

void append_chat_assistant(const Turn& turn, Json& messages) {
  const bool has_text = !trim(turn.text).empty();
  if (!has_text && turn.tool_calls.empty()) return;
  Json message = {{"role", "assistant"}, {"content", has_text ? Json(turn.text) : Json()}};
  for (const ToolCall& call : turn.tool_calls) {
    message["tool_calls"].push_back(
        {{"id", call.id},
         {"type", "function"},
         {"function", {{"name", call.name}, {"arguments", arguments_text(call)}}}});
  }
  messages.push_back(std::move(message));
}

}  // namespace

Json make_responses_body(const Request& request, const std::string& model, const std::string& owner,
                         const OpenAiOptions& options) {
  Json body = {{"model", model},
               {"stream", true},
               {"store", false},
               {"include", {"reasoning.encrypted_content"}},
               {"max_output_tokens", output_bound(request, options.reasoning_headroom_tokens)},
               {"input", Json::array()}};
  if (std::string system = joined(request.system); !system.empty()) {
    body["instructions"] = std::move(system);
  }
  if (!request.cache_key.empty()) body["prompt_cache_key"] = request.cache_key;
  for (const Turn& turn : request.turns) {
    if (turn.role == Turn::Role::user) {
      append_user_items(turn, body["input"]);
    } else {
      append_assistant_items(turn, owner, body["input"]);
    }
  }
  for (const ToolDefinition& tool : request.tools) {
    body["tools"].push_back({{"type", "function"},
                             {"name", tool.name},
                             {"description", tool.description},
                             {"parameters", tool.input_schema},
                             {"strict", false}});
  }
  return body;
}

Json make_chat_body(const Request& request, const std::string& model,
                    const OpenAiOptions& options) {
  Json body = {{"model", model}, {"stream", true}, {"messages", Json::array()}};
  const char* limit = options.send_max_completion_tokens ? "max_completion_tokens" : "max_tokens";
  body[limit] = output_bound(request, 0);
  if (request.seed) body["seed"] = *request.seed;
  if (options.send_stream_options) body["stream_options"] = {{"include_usage", true}};
  if (std::string system = joined(request.system); !system.empty()) {
    body["messages"].push_back({{"role", "system"}, {"content", std::move(system)}});
  }
  for (const Turn& turn : request.turns) {
    if (turn.role == Turn::Role::user) {
      append_chat_user(turn, body["messages"]);
    } else {
      append_chat_assistant(turn, body["messages"]);
    }
  }
  for (const ToolDefinition& tool : request.tools) {
    body["tools"].push_back({{"type", "function"},
                             {"function",
                              {{"name", tool.name},
                               {"description", tool.description},
                               {"parameters", tool.input_schema}}}});
  }
  return body;
}

}  // namespace parley::providers::openai
