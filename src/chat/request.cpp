#include "chat/request.h"

#include <algorithm>

#include "chat/tools.h"
#include "files/context.h"

namespace parley::chat {

namespace {

constexpr size_t file_section_characters_max = 6'000;
constexpr int64_t framing_tokens = 64;           // of a request
constexpr int64_t turn_framing_tokens = 16;      // of a turn, a call, a result
constexpr int64_t tools_framing_tokens = 1'000;  // vendors add instructions of their own

int64_t output_tokens(const Json& config, const Options& options) {
  const auto wanted = find_integer(config, "maxTokens").value_or(options.output_tokens_default);
  return std::clamp<int64_t>(wanted, 1, options.output_tokens_max);
}

int64_t size_of(const Json& value) {
  return value.is_null() ? 0 : std::ssize(dump(value));
}

int64_t size_of(const providers::Turn& turn) {
  int64_t size = turn_framing_tokens + std::ssize(turn.text) + size_of(turn.native);
  for (const auto& call : turn.tool_calls) {
    size +=
        turn_framing_tokens + std::ssize(call.id) + std::ssize(call.name) + size_of(call.arguments);
  }
  for (const auto& result : turn.tool_results) {
    size += turn_framing_tokens + std::ssize(result.call_id) + std::ssize(result.content);
  }
  return size;
}

}  // namespace

providers::Request make_request(const LiveTurn& turn, const Options& options) {
  const TurnFacts& facts = turn.facts;
  ContextInput input;
  const auto& tenant = facts.tenant->settings;
  input.system_parameter = tenant.system_parameter;
  input.bot_name =
      find_string(facts.config, "botName").value_or(tenant.bot.name.value_or(options.bot_name));
  input.config = facts.config;
  input.history = facts.history;
  input.message = facts.visitor.content;
  input.customer_section = facts.customer_section;
  input.file_section = files::describe_for_model(facts.files, file_section_characters_max);

  Context context = build_context(input, options.context);
  providers::Request request;
  request.model = facts.model;
  request.system = std::move(context.system);
  request.turns = std::move(context.turns);
  request.output_tokens_max = output_tokens(facts.config, options);
  request.seed = find_integer(facts.config, "seed");
  request.cache_key = turn.message.conversation_id;
  if (!facts.files.empty()) request.tools = Tools::definitions();
  return request;
}

int64_t input_tokens_max(const providers::Request& request) {
  int64_t size = framing_tokens;
  for (const std::string& part : request.system) size += turn_framing_tokens + std::ssize(part);
  for (const providers::Turn& turn : request.turns) size += size_of(turn);
  if (!request.tools.empty()) size += tools_framing_tokens;
  for (const auto& tool : request.tools) {
    size += turn_framing_tokens + std::ssize(tool.name) + std::ssize(tool.description) +
            size_of(tool.input_schema);
  }
  return size;
}

}  // namespace parley::chat
