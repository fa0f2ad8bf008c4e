#include "providers/openai/responses_stream.h"

#include <algorithm>
#include <string_view>

#include "base/json.h"
#include "providers/openai/errors.h"
#include "providers/transport/token_count.h"

namespace parley::providers::openai {

using transport::AnswerDraft;

namespace {

int64_t index_of(const Json& data) {
  return find_integer(data, "output_index").value_or(0);
}

int64_t first_of(const Json& usage, std::string_view key, std::string_view other_key) {
  const auto count = transport::find_count(usage, key);
  return count ? *count : transport::find_count(usage, other_key).value_or(0);
}

int64_t detail_of(const Json& usage, const char* group, const char* other_group, const char* key) {
  const Json* details = find_member(usage, group);
  if (details == nullptr) details = find_member(usage, other_group);
  return details == nullptr ? 0 : transport::find_count(*details, key).value_or(0);
}

}  // namespace

std::string string_at(const Json& object, std::string_view key) {
  return find_string(object, key).value_or("");
}

Usage usage_of(const Json& usage) {
  Usage out;
  if (!usage.is_object()) return out;
  out.known = true;
  out.raw = usage;
  const auto input_detail = [&](const char* key) {
    return detail_of(usage, "input_tokens_details", "prompt_tokens_details", key);
  };
  out.input_cache_read = input_detail("cached_tokens");
  out.input_cache_write = input_detail("cache_write_tokens");
  const int64_t input = first_of(usage, "input_tokens", "prompt_tokens");
  out.input_uncached = std::max<int64_t>(0, input - out.input_cache_read - out.input_cache_write);
  out.output = first_of(usage, "output_tokens", "completion_tokens");
  out.reasoning =
      detail_of(usage, "output_tokens_details", "completion_tokens_details", "reasoning_tokens");
  return out;
}

bool ResponsesReader::read_text(const std::string& data, AnswerDraft& /*draft*/) {
  return data == "[DONE]";  // some compatible servers send it; it means nothing here
}

bool ResponsesReader::read_words(std::string_view name, const transport::EventFields& fields,
                                 AnswerDraft& draft) {
  const auto text = fields.string("/delta");
  if (!text || fields.string("/type").value_or(name) != "response.output_text.delta") return false;
  add_text(fields.integer("/output_index").value_or(0), *text, draft);
  return true;
}

void ResponsesReader::read(const std::string& name, const Json& data, AnswerDraft& draft) {
  const std::string type = find_string(data, "type").value_or(name);
  if (type == "response.output_text.delta") {
    add_text(index_of(data), string_at(data, "delta"), draft);
  } else if (type == "response.refusal.delta") {
    refused_ = true;
    add_text(index_of(data), string_at(data, "delta"), draft);
  } else if (type == "response.function_call_arguments.delta") {
    const auto call = calls_.find(index_of(data));
    if (call != calls_.end()) draft.add_arguments(call->second, string_at(data, "delta"));
  } else if (type == "response.output_item.added") {
    read_item_added(data, draft);
  } else if (type == "response.output_item.done") {
    read_item_done(data, draft);
  } else if (type == "response.completed" || type == "response.incomplete" ||
             type == "response.failed") {
    read_end(data, draft);
  } else if (type == "error" || find_member(data, "error") != nullptr) {
    draft.fail(read_error(200, data));
  }
}

void ResponsesReader::add_text(int64_t index, std::string_view text, AnswerDraft& draft) {
  // A comment before a tool call and the answer proper are two messages.
  const bool is_new = spoken_.insert(index).second;
  if (is_new && draft.has_text()) draft.add_text("\n\n");
  draft.add_text(text);
}

size_t ResponsesReader::call_of(int64_t index, const Json& item, AnswerDraft& draft) {
  const auto found = calls_.find(index);
  if (found != calls_.end()) return found->second;
  std::string id = string_at(item, "call_id");
  if (id.empty()) id = string_at(item, "id");
  return calls_[index] = draft.open_call(std::move(id), string_at(item, "name"));
}

void ResponsesReader::read_item_added(const Json& data, AnswerDraft& draft) {
  const Json* item = find_member(data, "item");
  if (item != nullptr && string_at(*item, "type") == "function_call") {
    call_of(index_of(data), *item, draft);
  }
}

void ResponsesReader::read_item_done(const Json& data, AnswerDraft& draft) {
  const Json* item = find_member(data, "item");
  if (item == nullptr || !item->is_object()) return;
  items_.push_back(*item);
  const int64_t index = index_of(data);
  const std::string type = string_at(*item, "type");
  if (type == "function_call") {
    // The finished item is the truth; deltas may be missing or whole.
    draft.replace_arguments(call_of(index, *item, draft), string_at(*item, "arguments"));
  }
  const Json* content = find_member(*item, "content");
  if (type != "message" || content == nullptr || spoken_.count(index) > 0) return;
  for (const Json& part : *content) {
    const bool is_refusal = string_at(part, "type") == "refusal";
    refused_ = refused_ || is_refusal;
    add_text(index, string_at(part, is_refusal ? "refusal" : "text"), draft);
  }
}

void ResponsesReader::read_end(const Json& data, AnswerDraft& draft) {
  const Json* found = find_member(data, "response");
  const Json response = found == nullptr ? Json::object() : *found;
  draft.model = string_at(response, "model");
  if (const Json* usage = find_member(response, "usage")) draft.usage = usage_of(*usage);
  const std::string status = string_at(response, "status");
  if (status == "failed" || string_at(data, "type") == "response.failed") {
    return draft.fail(read_error(200, response));
  }
  draft.native = items_;
  if (status == "incomplete") {
    const Json* details = find_member(response, "incomplete_details");
    const std::string reason = details == nullptr ? "" : string_at(*details, "reason");
    return draft.complete(reason == "content_filter" ? Finish::refusal : Finish::length, reason);
  }
  const Finish finish = refused_ ? Finish::refusal : Finish::tool_calls;
  draft.complete(finish, status.empty() ? "completed" : status);
}

}  // namespace parley::providers::openai
