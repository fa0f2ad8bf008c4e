#include "providers/claude/stream.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/json.h"
#include "providers/transport/surrogates.h"
#include "providers/transport/token_count.h"

namespace parley::providers::claude {

using transport::AnswerDraft;

namespace {

std::string string_at(const Json& object, std::string_view key) {
  return find_string(object, key).value_or("");
}

void append_to(Json& block, const char* key, std::string_view text) {
  Json& member = block[key];
  if (!member.is_string()) member = std::string();
  member.get_ref<std::string&>() += text;
}

/// The block as it may be sent back: pairs cut between two deltas are joined again.
Json echo_of(Json block) {
  for (const char* key : {"text", "thinking"}) {
    if (const auto text = find_string(block, key)) {
      block[key] = transport::resolve_surrogates(*text);
    }
  }
  return block;
}

/// Error types are the only thing an error inside a stream has: there is no status any more.
int status_of_type(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, int>, 10> table = {{
      {"invalid_request_error", 400},
      {"authentication_error", 401},
      {"billing_error", 402},
      {"permission_error", 403},
      {"not_found_error", 404},
      {"conflict_error", 409},
      {"request_too_large", 413},
      {"rate_limit_error", 429},
      {"timeout_error", 504},
      {"overloaded_error", 529},
  }};
  for (const auto& [name, status] : table) {
    if (name == type) return status;
  }
  return 500;
}

}  // namespace

Finish finish_of(std::string_view stop_reason) {
  if (stop_reason == "tool_use") return Finish::tool_calls;
  if (stop_reason == "max_tokens" || stop_reason == "model_context_window_exceeded") {
    return Finish::length;
  }
  if (stop_reason == "refusal") return Finish::refusal;
  return Finish::stop;
}

Failure read_error(int status, const Json& body) {
  Failure failure;
  const Json* error = find_member(body, "error");
  const std::string type = error == nullptr ? "" : string_at(*error, "type");
  const bool in_stream = status >= 200 && status <= 299;
  failure.kind = transport::kind_of_status(in_stream ? status_of_type(type) : status);
  failure.request_id = string_at(body, "request_id");
  if (error == nullptr) return failure;
  failure.detail = fmt::format("{}: {}", type, string_at(*error, "message"));
  const Json* details = find_member(*error, "details");
  const std::string code = details == nullptr ? "" : string_at(*details, "error_code");
  if (!code.empty()) failure.detail = fmt::format("{} ({})", failure.detail, code);
  // Waiting does not help against a limit of money, whatever the status was.
  if (code.ends_with("spend_limit_reached") || type == "billing_error") {
    failure.kind = Failure::Kind::no_credit;
  }
  return failure;
}

bool StreamReader::read_words(std::string_view name, const transport::EventFields& fields,
                              AnswerDraft& draft) {
  if (name != "content_block_delta" || fields.string("/delta/type") != "text_delta") return false;
  const auto index = fields.integer("/index");
  const auto found = index ? blocks_.find(*index) : blocks_.end();
  const auto text = fields.string("/delta/text");
  if (found == blocks_.end() || !text) return false;
  draft.add_text(*text);
  append_to(found->second.block, "text", *text);
  return true;
}

void StreamReader::read(const std::string& name, const Json& data, AnswerDraft& draft) {
  if (name == "content_block_delta") {
    add_delta(data, draft);
  } else if (name == "content_block_start") {
    start_block(data, draft);
  } else if (name == "content_block_stop") {
    stop_block(data);
  } else if (name == "message_start") {
    const Json* message = find_member(data, "message");
    if (message == nullptr) return;
    draft.model = string_at(*message, "model");
    if (const Json* usage = find_member(*message, "usage")) merge_usage(*usage, draft);
  } else if (name == "message_delta") {
    const Json* delta = find_member(data, "delta");
    if (delta != nullptr) stop_reason_ = find_string(*delta, "stop_reason").value_or(stop_reason_);
    if (const Json* usage = find_member(data, "usage")) merge_usage(*usage, draft);
  } else if (name == "message_stop") {
    Json& native = draft.native = Json::array();
    for (auto& [index, block] : blocks_) native.push_back(echo_of(std::move(block.block)));
    draft.complete(finish_of(stop_reason_), stop_reason_);
  } else if (name == "error") {
    draft.fail(read_error(200, data));
  }
}

void StreamReader::start_block(const Json& data, AnswerDraft& draft) {
  const auto index = find_integer(data, "index");
  const Json* start = find_member(data, "content_block");
  if (!index || start == nullptr || !start->is_object()) return;
  Block& block = blocks_[*index] = {.block = *start, .call = {}, .input = {}};
  const std::string type = string_at(*start, "type");
  if (type == "text") draft.add_text(string_at(*start, "text"));
  if (type == "tool_use") {
    block.call = draft.open_call(string_at(*start, "id"), string_at(*start, "name"));
    // Some servers give the whole input here and send no deltas.
    const Json* input = find_member(*start, "input");
    if (input != nullptr && !input->empty()) draft.add_arguments(*block.call, dump(*input));
  }
}

void StreamReader::add_delta(const Json& data, AnswerDraft& draft) {
  const auto index = find_integer(data, "index");
  const Json* delta = find_member(data, "delta");
  const auto found = index ? blocks_.find(*index) : blocks_.end();
  if (delta == nullptr || found == blocks_.end()) return;
  Json& block = found->second.block;
  const std::string type = string_at(*delta, "type");
  if (type == "text_delta") {
    const std::string text = string_at(*delta, "text");
    draft.add_text(text);
    append_to(block, "text", text);
  } else if (type == "input_json_delta") {
    const std::string piece = string_at(*delta, "partial_json");
    found->second.input += piece;
    if (found->second.call) draft.add_arguments(*found->second.call, piece);
  } else if (type == "thinking_delta") {
    append_to(block, "thinking", string_at(*delta, "thinking"));
  } else if (type == "signature_delta") {
    block["signature"] = string_at(*delta, "signature");
  } else if (const Json* citation = find_member(*delta, "citation"); type == "citations_delta") {
    if (citation == nullptr) return;
    if (!block["citations"].is_array()) block["citations"] = Json::array();
    block["citations"].push_back(*citation);
  }
}

void StreamReader::stop_block(const Json& data) {
  const auto index = find_integer(data, "index");
  const auto found = index ? blocks_.find(*index) : blocks_.end();
  if (found == blocks_.end() || found->second.input.empty()) return;
  const Json input = transport::parse_leniently(transport::resolve_surrogates(found->second.input));
  found->second.block["input"] = input.is_object() ? input : Json::object();
}

/// Counts are cumulative: what is there replaces, what is null or absent stays.
void StreamReader::merge_usage(const Json& usage, AnswerDraft& draft) const {
  if (!usage.is_object()) return;
  Usage& out = draft.usage;
  const auto take = [&usage](const char* key, int64_t& into) {
    if (const auto count = transport::find_count(usage, key)) into = *count;
  };
  take("input_tokens", out.input_uncached);
  take("cache_read_input_tokens", out.input_cache_read);
  take("cache_creation_input_tokens", out.input_cache_write);
  take("output_tokens", out.output);
  if (const Json* details = find_member(usage, "output_tokens_details")) {
    out.reasoning = transport::find_count(*details, "thinking_tokens").value_or(out.reasoning);
  }
  out.known = true;
  if (!out.raw.is_object()) out.raw = Json::object();
  for (const auto& [key, value] : usage.items()) {
    if (!value.is_null()) out.raw[key] = value;
  }
}

}  // namespace parley::providers::claude
