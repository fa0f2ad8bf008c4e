#include "providers/demo/data_flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "providers/demo/query.h"
#include "providers/demo/reading.h"
#include "providers/demo/translation.h"
#include "providers/demo/vocabulary.h"
#include "providers/demo/wording.h"
#include "providers/demo/words.h"

namespace parley::providers::demo {

namespace {

constexpr std::string_view describe_tool = "describe_data";
constexpr std::string_view query_tool = "query_data";

bool has_tool(const Request& request, std::string_view name) {
  return std::any_of(request.tools.begin(), request.tools.end(),
                     [name](const ToolDefinition& tool) { return tool.name == name; });
}

/// The last question and what came of it so far.
struct Progress {
  std::string_view question;
  const ToolResult* description = nullptr;
  const ToolResult* result = nullptr;
  bool has_other_results = false;  ///< of a search, say
};

std::string_view tool_of(const Request& request, size_t from, const std::string& call_id) {
  for (size_t i = from; i < request.turns.size(); ++i) {
    for (const ToolCall& call : request.turns[i].tool_calls) {
      if (call.id == call_id) return call.name;
    }
  }
  return {};
}

Progress progress_of(const Request& request) {
  Progress progress;
  size_t start = request.turns.size();
  while (start > 0 && progress.question.empty()) {
    --start;
    const Turn& turn = request.turns[start];
    if (turn.role == Turn::Role::user) progress.question = trim(turn.text);
  }
  for (size_t i = start; i < request.turns.size(); ++i) {
    for (const ToolResult& result : request.turns[i].tool_results) {
      const std::string_view tool = tool_of(request, start, result.call_id);
      if (tool == describe_tool) progress.description = &result;
      if (tool == query_tool) progress.result = &result;
      if (tool != describe_tool && tool != query_tool) progress.has_other_results = true;
    }
  }
  return progress;
}

bool says_any(std::string_view lower, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [lower](std::string_view phrase) {
    return lower.find(phrase) != std::string_view::npos;
  });
}

/// Questions about the chat itself, which a file does not change.
bool is_about_product(std::string_view question, const std::vector<Word>& words) {
  constexpr std::array<std::string_view, 8> greetings = {"hello", "hi",   "hey",  "hallo",
                                                         "hola",  "good", "help", "thanks"};
  const std::string lower = to_lower_ascii(question);
  const bool greets =
      !words.empty() && words.size() <= 2 &&
      std::find(greetings.begin(), greetings.end(), words[0].normal) != greetings.end();
  if (words.empty() || greets) return true;
  if (says_any(lower, {"show me a table", "markdown", "formatting", "code block"})) {
    return words.size() <= 7 && !says_any(lower, {" of ", " by ", " per "});
  }
  return says_any(lower, {"what can you", "who are you", "what are you", "how do you work",
                          "what do you do", "api key", "api_key", "connect a model", "script tag",
                          "my website", "embed", "install", "parley"}) ||
         (lower.starts_with("what is this") && words.size() == 3);
}

/// "find Berlin" searches; "find the cheapest product" and "find orders over 100" calculate.
bool is_search(const Request& request, std::string_view question) {
  const std::string term = search_term(question);
  if (term.empty() || !has_tool(request, "search_file")) return false;
  const std::vector<Word> words = split_words(term);
  return std::none_of(words.begin(), words.end(), [](const Word& word) {
    constexpr std::array<std::string_view, 17> comparing = {
        "over",  "under",  "above", "below", "than",    "between", "by",  "per",   "since",
        "after", "before", "least", "where", "missing", "without", "top", "number"};
    const bool compares =
        std::find(comparing.begin(), comparing.end(), word.normal) != comparing.end();
    return word.kind == Word::Kind::sign || compares || aggregate_of(word.normal) ||
           superlative_of(word.normal);
  });
}

Reply calling(const Request& request, std::string_view tool, Json arguments) {
  const std::string id = fmt::format("demo_{}", request.turns.size());
  return {"", {ToolCall{id, std::string(tool), std::move(arguments), ""}}};
}

}  // namespace

std::optional<Reply> next_data_step(const Request& request) {
  if (!has_tool(request, describe_tool) || !has_tool(request, query_tool)) return std::nullopt;
  const Progress progress = progress_of(request);
  if (progress.has_other_results) return std::nullopt;
  const std::string question = in_english(progress.question);
  if (progress.description == nullptr) {
    if (is_about_product(question, split_words(question)) || is_search(request, question)) {
      return std::nullopt;
    }
    return calling(request, describe_tool, Json::object());
  }
  if (progress.description->is_error)
    return Reply{word_query_error(progress.description->content), {}};
  const std::vector<Table> tables = read_schema(progress.description->content);
  if (tables.empty()) return std::nullopt;
  const Reading reading = read_question(question, tables);
  if (!reading.intent) return Reply{word_trouble(reading), {}};
  const std::string sql = sql_of(*reading.intent);
  if (sql.empty()) return Reply{word_known(*reading.intent, tables), {}};
  if (progress.result == nullptr) return calling(request, query_tool, {{"sql", sql}});
  if (progress.result->is_error) return Reply{word_query_error(progress.result->content), {}};
  return Reply{word_result(*reading.intent, progress.result->content), {}};
}

}  // namespace parley::providers::demo
