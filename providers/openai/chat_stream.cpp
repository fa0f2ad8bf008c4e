#include "providers/openai/chat_stream.h"

#include "base/json.h"
#include "providers/openai/errors.h"
#include "providers/openai/responses_stream.h"

namespace parley::providers::openai {

using transport::AnswerDraft;

namespace {

/// Content is a string, null, or (some servers) a list of parts.
std::string content_text(const Json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string out;
  if (!content.is_array()) return out;
  for (const Json& part : content) out += string_at(part, "text");
  return out;
}

}  // namespace

Finish finish_of_chat(const std::string& reason, bool refused, bool has_calls) {
  if (refused || reason == "content_filter") return Finish::refusal;
  if (reason == "length") return Finish::length;
  return has_calls ? Finish::tool_calls : Finish::stop;
}

bool ChatReader::read_text(const std::string& data, AnswerDraft& draft) {
  if (data != "[DONE]") return false;
  end(draft);
  if (!draft.is_over()) {
    draft.fail({.kind = Failure::Kind::network, .detail = "[DONE] without a finish_reason"});
  }
  return true;
}

void ChatReader::end(AnswerDraft& draft) {
  if (finish_reason_.empty()) return;
  draft.complete(finish_of_chat(finish_reason_, refused_, !calls_.empty()), finish_reason_);
}

bool ChatReader::read_words(std::string_view name, const transport::EventFields& fields,
                            AnswerDraft& draft) {
  const auto text = fields.string("/choices/0/delta/content");
  if (!text || name == "error" || fields.string("/object") == "error") return false;
  for (const char* more : {"/choices/0/finish_reason", "/choices/0/delta/refusal",
                           "/choices/0/delta/tool_calls", "/usage", "/error"}) {
    if (fields.has(more)) return false;
  }
  if (const auto model = fields.string("/model")) draft.model = *model;
  draft.add_text(*text);
  return true;
}

void ChatReader::read(const std::string& name, const Json& data, AnswerDraft& draft) {
  const Json* error = find_member(data, "error");
  const bool is_flat_error = name == "error" || string_at(data, "object") == "error";
  if ((error != nullptr && !error->is_null()) || is_flat_error) {
    return draft.fail(read_error(200, data));
  }
  if (const auto model = find_string(data, "model")) draft.model = *model;
  const Json* usage = find_member(data, "usage");
  if (usage != nullptr && usage->is_object()) draft.usage = usage_of(*usage);
  const Json* choices = find_member(data, "choices");
  if (choices == nullptr || !choices->is_array() || choices->empty()) return;
  const Json& choice = choices->front();
  if (const Json* delta = find_member(choice, "delta")) read_delta(*delta, draft);
  const std::string reason = string_at(choice, "finish_reason");
  if (reason == "error") return draft.fail(read_error(200, choice));
  if (!reason.empty()) finish_reason_ = reason;
}

void ChatReader::read_delta(const Json& delta, AnswerDraft& draft) {
  if (const Json* content = find_member(delta, "content")) draft.add_text(content_text(*content));
  const std::string refusal = string_at(delta, "refusal");
  refused_ = refused_ || !refusal.empty();
  draft.add_text(refusal);
  const Json* calls = find_member(delta, "tool_calls");
  if (calls == nullptr || !calls->is_array()) return;
  for (const Json& call : *calls) read_call(call, draft);
}

/// The call that `delta` goes on with; nullptr: it begins a new one. Servers that leave the index
/// out are told apart by a new id or a new name.
ChatReader::Call* ChatReader::find_call(const Json& delta) {
  const auto index = find_integer(delta, "index");
  const std::string id = string_at(delta, "id");
  if (index) {
    for (Call& call : calls_) {
      // An index used again with another id is another call (seen where all have index 0).
      const bool same_id = id.empty() || call.id.empty() || call.id == id;
      if (call.index == index && same_id) return &call;
    }
    return nullptr;
  }
  if (calls_.empty()) return nullptr;
  Call& last = calls_.back();
  if (!id.empty()) return last.id == id ? &last : nullptr;
  const Json* function = find_member(delta, "function");
  const std::string name = function == nullptr ? "" : string_at(*function, "name");
  return name.empty() ? &last : nullptr;
}

void ChatReader::read_call(const Json& delta, AnswerDraft& draft) {
  const Json* function = find_member(delta, "function");
  Call* call = find_call(delta);
  if (call == nullptr) {
    Call fresh;
    fresh.index = find_integer(delta, "index");
    fresh.id = string_at(delta, "id");
    fresh.name = function == nullptr ? "" : string_at(*function, "name");
    fresh.number = draft.open_call(fresh.id, fresh.name);
    calls_.push_back(std::move(fresh));
    call = &calls_.back();
  }
  const Json* arguments = function == nullptr ? nullptr : find_member(*function, "arguments");
  if (arguments == nullptr || arguments->is_null()) return;
  if (arguments->is_string()) {
    draft.add_arguments(call->number, arguments->get<std::string>());
  } else {
    draft.replace_arguments(call->number, dump(*arguments));
  }
}

}  // namespace parley::providers::openai
