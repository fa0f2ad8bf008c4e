#include "bench/mock_provider/wire.h"

#include <fmt/format.h>

namespace parley::bench {
namespace {

constexpr int created_at = 1'760'000'000;

size_t input_tokens(const Call& call) {
  return call.input_bytes / 4;
}

std::string event(std::string_view type, std::string_view data) {
  return fmt::format("event: {}\ndata: {}\n\n", type, data);
}

std::string completion_chunk(const Call& call, std::string_view choices) {
  return fmt::format(
      R"(data: {{"id":"chatcmpl-mock{:012x}","object":"chat.completion.chunk","created":{},)"
      R"("model":"mock-1","choices":[{}]}})"
      "\n\n",
      call.number, created_at, choices);
}

std::string completion_usage(const Call& call) {
  return fmt::format(R"("usage":{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})",
                     input_tokens(call), call.tokens,
                     input_tokens(call) + static_cast<size_t>(call.tokens));
}

std::string response_usage(const Call& call) {
  return fmt::format(
      R"("usage":{{"input_tokens":{},"input_tokens_details":{{"cached_tokens":0}},)"
      R"("output_tokens":{},"output_tokens_details":{{"reasoning_tokens":0}},"total_tokens":{}}})",
      input_tokens(call), call.tokens, input_tokens(call) + static_cast<size_t>(call.tokens));
}

std::string messages_head(const Call& call) {
  const auto start =
      fmt::format(R"({{"type":"message_start","message":{{"id":"msg_mock{:012x}","type":"message",)"
                  R"("role":"assistant","model":"mock-1","content":[],"stop_reason":null,)"
                  R"("stop_sequence":null,"usage":{{"input_tokens":{},"output_tokens":1}}}}}})",
                  call.number, input_tokens(call));
  return event("message_start", start) +
         event("content_block_start", R"({"type":"content_block_start","index":0,)"
                                      R"("content_block":{"type":"text","text":""}})") +
         event("ping", R"({"type": "ping"})");
}

std::string messages_tail(const Call& call) {
  const auto delta = fmt::format(
      R"({{"type":"message_delta","delta":{{"stop_reason":"end_turn","stop_sequence":null}},)"
      R"("usage":{{"output_tokens":{}}}}})",
      call.tokens);
  return event("content_block_stop", R"({"type":"content_block_stop","index":0})") +
         event("message_delta", delta) + event("message_stop", R"({"type":"message_stop"})");
}

std::string completions_tail(const Call& call) {
  std::string tail = completion_chunk(call, R"({"index":0,"delta":{},"finish_reason":"stop"})");
  if (call.include_usage) {
    tail += fmt::format(
        R"(data: {{"id":"chatcmpl-mock{:012x}","object":"chat.completion.chunk","created":{},)"
        R"("model":"mock-1","choices":[],{}}})"
        "\n\n",
        call.number, created_at, completion_usage(call));
  }
  return tail + "data: [DONE]\n\n";
}

std::string responses_event(const Call& call, std::string_view type, std::string_view status,
                            std::string_view rest) {
  return event(type, fmt::format(R"({{"type":"{}","response":{{"id":"resp_mock{:012x}",)"
                                 R"("object":"response","status":"{}","model":"mock-1",{}}}}})",
                                 type, call.number, status, rest));
}

}  // namespace

Dialect dialect_of(std::string_view path) {
  if (path.ends_with("/chat/completions")) return Dialect::chat_completions;
  if (path.ends_with("/messages")) return Dialect::messages;
  if (path.ends_with("/responses")) return Dialect::responses;
  return Dialect::none;
}

std::string stream_head(const Call& call) {
  if (call.dialect == Dialect::messages) return messages_head(call);
  if (call.dialect == Dialect::responses) {
    return responses_event(call, "response.created", "in_progress", R"("output":[])");
  }
  return completion_chunk(
      call, R"({"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null})");
}

std::string stream_token(const Call& call, std::string_view text) {
  if (call.dialect == Dialect::messages) {
    return event("content_block_delta",
                 fmt::format(R"({{"type":"content_block_delta","index":0,)"
                             R"("delta":{{"type":"text_delta","text":"{}"}}}})",
                             text));
  }
  if (call.dialect == Dialect::responses) {
    return event("response.output_text.delta",
                 fmt::format(R"({{"type":"response.output_text.delta","item_id":"msg_1",)"
                             R"("output_index":0,"content_index":0,"delta":"{}"}})",
                             text));
  }
  return completion_chunk(
      call, fmt::format(R"({{"index":0,"delta":{{"content":"{}"}},"finish_reason":null}})", text));
}

std::string stream_tail(const Call& call) {
  if (call.dialect == Dialect::messages) return messages_tail(call);
  if (call.dialect == Dialect::chat_completions) return completions_tail(call);
  return responses_event(call, "response.completed", "completed", response_usage(call));
}

std::string whole_answer(const Call& call, std::string_view text) {
  switch (call.dialect) {
    case Dialect::messages:
      return fmt::format(
          R"({{"id":"msg_mock{:012x}","type":"message","role":"assistant","model":"mock-1",)"
          R"("content":[{{"type":"text","text":"{}"}}],"stop_reason":"end_turn",)"
          R"("stop_sequence":null,"usage":{{"input_tokens":{},"output_tokens":{}}}}})",
          call.number, text, input_tokens(call), call.tokens);
    case Dialect::chat_completions:
      return fmt::format(
          R"({{"id":"chatcmpl-mock{:012x}","object":"chat.completion","created":{},)"
          R"("model":"mock-1","choices":[{{"index":0,"message":{{"role":"assistant",)"
          R"("content":"{}"}},"finish_reason":"stop"}}],{}}})",
          call.number, created_at, text, completion_usage(call));
    default:
      return fmt::format(
          R"({{"id":"resp_mock{:012x}","object":"response","created_at":{},)"
          R"("status":"completed","model":"mock-1","output":[{{"type":"message","id":"msg_1",)"
          R"("status":"completed","role":"assistant","content":[{{"type":"output_text",)"
          R"("annotations":[],"text":"{}"}}]}}],{}}})",
          call.number, created_at, text, response_usage(call));
  }
}

}  // namespace parley::bench
