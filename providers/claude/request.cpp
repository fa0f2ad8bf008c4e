#include "providers/claude/request.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace parley::providers::claude {

namespace {

constexpr int64_t output_tokens_model_max = 128'000;
constexpr size_t tool_id_bytes_max = 64;

Json cache_breakpoint() {
  return {{"type", "ephemeral"}};
}

/// A text block; an empty one is refused by the API, so the caller checks.
Json text_block(const std::string& text) {
  return {{"type", "text"}, {"text", text}};
}

Json make_system(const std::vector<std::string>& parts) {
  Json blocks = Json::array();
  for (const std::string& part : parts) {
    if (!trim(part).empty()) blocks.push_back(text_block(part));
  }
  if (!blocks.empty()) blocks.back()["cache_control"] = cache_breakpoint();
  return blocks;
}

Json user_content(const Turn& turn) {
  Json blocks = Json::array();
  // Results first: text before them is refused.
  for (const ToolResult& result : turn.tool_results) {
    Json block = {{"type", "tool_result"},
                  {"tool_use_id", tool_id(result.call_id)},
                  {"content", result.content}};
    if (result.is_error) block["is_error"] = true;
    blocks.push_back(std::move(block));
  }
  if (!trim(turn.text).empty()) blocks.push_back(text_block(turn.text));
  return blocks;
}

Json assistant_content(const Turn& turn, const std::string& owner) {
  if (turn.native.is_array() && !turn.native.empty() && turn.native_owner == owner) {
    return turn.native;
  }
  Json blocks = Json::array();
  if (!trim(turn.text).empty()) blocks.push_back(text_block(turn.text));
  for (const ToolCall& call : turn.tool_calls) {
    blocks.push_back({{"type", "tool_use"},
                      {"id", tool_id(call.id)},
                      {"name", call.name},
                      {"input", call.arguments.is_object() ? call.arguments : Json::object()}});
  }
  return blocks;
}

Json make_messages(const std::vector<Turn>& turns, const std::string& owner) {
  Json messages = Json::array();
  for (const Turn& turn : turns) {
    const bool is_user = turn.role == Turn::Role::user;
    // A history cut at an answer: older models insist that a user begins.
    if (!is_user && messages.empty()) continue;
    Json content = is_user ? user_content(turn) : assistant_content(turn, owner);
    if (content.empty()) continue;
    messages.push_back({{"role", is_user ? "user" : "assistant"}, {"content", std::move(content)}});
  }
  if (!messages.empty() && messages.back()["role"] == "user") {
    messages.back()["content"].back()["cache_control"] = cache_breakpoint();
  }
  return messages;
}

}  // namespace

std::string tool_id(const std::string& id) {
  std::string out = id.substr(0, tool_id_bytes_max);
  for (char& byte : out) {
    const bool is_allowed =
        std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_' || byte == '-';
    if (!is_allowed) byte = '_';
  }
  return out;
}

Json make_body(const Request& request, const std::string& model, const std::string& owner,
               int64_t reasoning_headroom) {
  Json body = {
      {"model", model},
      {"max_tokens", std::min(output_bound(request, reasoning_headroom), output_tokens_model_max)},
      {"messages", make_messages(request.turns, owner)},
      {"stream", true}};
  Json system = make_system(request.system);
  if (!system.empty()) body["system"] = std::move(system);
  if (!request.tools.empty()) {
    Json& tools = body["tools"] = Json::array();
    for (const ToolDefinition& tool : request.tools) {
      tools.push_back({{"name", tool.name},
                       {"description", tool.description},
                       {"input_schema", tool.input_schema}});
    }
  }
  return body;
}

}  // namespace parley::providers::claude
