#include "providers/demo/replies.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "providers/demo/data_flow.h"
#include "providers/demo/file_section.h"

namespace parley::providers::demo {

namespace {

constexpr size_t result_characters_max = 1'500;
constexpr size_t result_rows_max = 5;

bool says_any(std::string_view lower, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [lower](std::string_view phrase) {
    return lower.find(phrase) != std::string_view::npos;
  });
}

std::string_view last_question(const Request& request) {
  for (auto turn = request.turns.rbegin(); turn != request.turns.rend(); ++turn) {
    if (turn->role == Turn::Role::user && !trim(turn->text).empty()) return turn->text;
  }
  return {};
}

bool has_tool(const Request& request, std::string_view name) {
  return std::any_of(request.tools.begin(), request.tools.end(),
                     [name](const ToolDefinition& tool) { return tool.name == name; });
}

std::string describe(const FileSection& file) {
  std::string out = fmt::format("Your file **{}** is here:\n\n", file.name);
  const auto add = [&out](std::string_view label, const std::string& value) {
    if (!value.empty()) out += fmt::format("- {}: {}\n", label, value);
  };
  add("Type", file.type);
  add("Size", file.size);
  add("Rows", file.rows);
  add("Items", file.items);
  add("Keys", file.keys);
  if (!file.columns.empty()) {
    out += fmt::format("- Columns ({}): {}\n", file.columns.size(), fmt::join(file.columns, ", "));
  }
  add("Types", file.types);
  if (const std::string table = markdown_table(file.sample, file.sample.size(), file.columns);
      !table.empty()) {
    out += "\nThe first rows:\n\n" + table;
  }
  return out;
}

/// The column that the question names, with what is known of it.
std::optional<std::string> describe_column(std::string_view lower, const FileSection& file) {
  for (const std::string& column : file.columns) {
    const std::string name = to_lower_ascii(column);
    if (name.size() < 3 || lower.find(name) == std::string_view::npos) continue;
    std::string out = fmt::format("`{}` is a column of **{}**.", column, file.name);
    const size_t at = file.types.find(column + " ");
    if (at != std::string::npos) {
      const size_t begin = at + column.size() + 1;
      out += fmt::format(" Its type: {}.",
                         file.types.substr(begin, file.types.find(',', begin) - begin));
    }
    std::vector<std::string> values;
    for (const Json& row : file.sample) {
      const Json* value = find_member(row, column);
      if (value != nullptr) values.push_back(fmt::format("`{}`", dump(*value)));
    }
    if (!values.empty()) out += fmt::format(" First values: {}.", fmt::join(values, ", "));
    return out;
  }
  return std::nullopt;
}

std::optional<std::string> answer_about_file(std::string_view lower, const FileSection& file) {
  if (says_any(lower, {"sum ", "average", "mean ", "median", "total", "maximum", "minimum",
                       "correlat", "trend", "forecast", "per month", "group by"})) {
    return fmt::format(
        "Calculations over **{}** need a model, which demo mode does not have. I can tell you its "
        "columns, types and size, show its first rows, and search its text.",
        file.name);
  }
  if (says_any(lower, {"how many", "row count", "number of", "how large", "how big", "size"})) {
    std::string out = fmt::format("**{}** has ", file.name);
    if (!file.rows.empty()) out += fmt::format("**{}** rows and ", file.rows);
    if (!file.items.empty()) out += fmt::format("**{}** items and ", file.items);
    if (!file.columns.empty()) out += fmt::format("{} columns and ", file.columns.size());
    return out + fmt::format("a size of {}.", file.size.empty() ? "unknown bytes" : file.size);
  }
  if (says_any(lower,
               {"sample", "example", "first row", "first rows", "preview", "show me the data"})) {
    const std::string table = markdown_table(file.sample, file.sample.size(), file.columns);
    if (!table.empty()) return fmt::format("The first rows of **{}**:\n\n{}", file.name, table);
  }
  if (says_any(lower, {"columns", "fields", "header"}) && !file.columns.empty()) {
    std::string out = fmt::format("**{}** has {} columns:\n\n", file.name, file.columns.size());
    for (const std::string& column : file.columns) out += fmt::format("- `{}`\n", column);
    return file.types.empty() ? out : out + fmt::format("\nTypes: {}.", file.types);
  }
  if (auto column = describe_column(lower, file)) return column;
  if (says_any(lower, {"file", "data", "csv", "json", "upload", "summar", "describe", "columns",
                       "overview", "type", to_lower_ascii(file.name)})) {
    return describe(file);
  }
  return std::nullopt;
}

constexpr std::string_view showcase =
    "Here is what an answer can look like:\n\n"
    "### A table\n\n"
    "| Feature | In demo mode | With a key |\n"
    "| :--- | :---: | :---: |\n"
    "| Streaming | yes | yes |\n"
    "| File facts and search | yes | yes |\n"
    "| Real answers | no | yes |\n\n"
    "### A list\n\n"
    "1. Ask something\n"
    "2. Watch it arrive word by word\n"
    "   - stop it at any time\n"
    "   - reload the page: it is still there\n\n"
    "### Some code\n\n"
    "```html\n"
    "<script src=\"https://your-host/static/widget/chatbot.js\" data-bot-name=\"Ada\"></script>\n"
    "```\n\n"
    "> And a quote, with *emphasis*, **weight** and `inline code`.\n";

constexpr std::string_view about =
    "a chat assistant that a website can embed with one script tag. In this demo you can try "
    "everything but the thinking:\n\n"
    "- **Streaming:** this answer arrives word by word, and the stop button ends it\n"
    "- **Files:** drop a CSV or JSON file here, then ask about its columns, or *find \"Berlin\"*\n"
    "- **Memory:** reload the page, and the conversation is still there\n"
    "- **Formatting:** ask *show me a table*\n\n"
    "To get real answers, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` on the server and restart "
    "it.\n";

constexpr std::string_view keys =
    "Set `ANTHROPIC_API_KEY` (Claude) or `OPENAI_API_KEY` (OpenAI, or any compatible server with "
    "`OPENAI_BASE_URL`) in the server's environment or its `.env` file and restart it. The widget "
    "then offers the real providers, and this demo steps back.\n";

constexpr std::string_view embedding =
    "Put this line before the end of your page's body:\n\n"
    "```html\n"
    "<script src=\"https://your-host/static/widget/chatbot.js\"\n"
    "        data-bot-name=\"Ada\" data-color=\"#4f46e5\"></script>\n"
    "```\n\n"
    "The chat opens from the corner of the page and touches nothing else on it.\n";

/// The bot's name, from the part of the system text that gives it to a model.
std::string_view bot_name(const std::vector<std::string>& system) {
  constexpr std::string_view before = "You are ";
  constexpr std::string_view behind = ", a helpful assistant embedded in a website";
  for (const std::string_view part : system) {
    const size_t end = part.find(behind);
    if (!part.starts_with(before) || end == std::string_view::npos) continue;
    return part.substr(before.size(), end - before.size());
  }
  return "Parley";
}

std::string answer_general(const Request& request, std::string_view lower, bool has_file) {
  const std::string_view question = last_question(request);
  if (says_any(lower,
               {"table", "markdown", "formatting", "code block", "a list", "show me code"})) {
    return std::string(showcase);
  }
  if (says_any(lower,
               {"api key", "api_key", "apikey", "connect a model", "real answer", "provider"})) {
    return std::string(keys);
  }
  if (says_any(lower, {"embed", "script tag", "my site", "my page", "my website", "install"})) {
    return std::string(embedding);
  }
  const bool greets = question.size() < 20 &&
                      says_any(lower, {"hello", "hi", "hey", "hallo", "hola", "bonjour", "good "});
  if (greets ||
      says_any(lower, {"what can you", "who are you", "what are you", "what is this", "help",
                       "parley", "what do you do", "features", "how do you work"})) {
    return fmt::format("I am {}, {}", bot_name(request.system), about);
  }
  if (!has_file && says_any(lower, {"file", "csv", "json", "upload", "column", "rows"})) {
    return "I see no file in this conversation yet. Drop a CSV or JSON file on the chat, then ask "
           "me about its columns, its size, or what it contains.\n";
  }
  return fmt::format(
      "You asked: *{}*\n\nI cannot answer that without a model, and I will not pretend to. What I "
      "can do here: explain what I am (*what can you do?*), describe and search a file that you "
      "upload, or show formatting (*show me a table*).\n",
      first_characters(trim(question), 200));
}

/// The rows in a tool's JSON, wherever it keeps them.
std::vector<Json> rows_of(const Json& result) {
  const Json* rows = result.is_array() ? &result : nullptr;
  if (result.is_object()) {
    for (const auto& [key, value] : result.items()) {
      if (rows == nullptr && value.is_array()) rows = &value;
    }
  }
  if (rows == nullptr) return {};
  return {rows->begin(), rows->end()};
}

std::string report_result(const ToolResult& result, const std::string& term,
                          const std::vector<std::string>& order) {
  if (result.is_error) {
    return fmt::format("The search for **{}** failed: {}\n", term, result.content);
  }
  const auto parsed = parse_json(result.content);
  const std::vector<Json> rows = parsed ? rows_of(*parsed) : std::vector<Json>{};
  const std::string table = markdown_table(rows, result_rows_max, order);
  if (!table.empty()) {
    const int64_t total = find_integer(*parsed, "totalMatches").value_or(int64_t(rows.size()));
    const bool is_all = total <= static_cast<int64_t>(result_rows_max);
    return fmt::format("I searched your file for **{}** with the `search_file` tool: {} {}{}\n\n{}",
                       term, total, total == 1 ? "match" : "matches",
                       is_all ? ":" : ". The first of them:", table);
  }
  const std::string_view text = first_characters(trim(result.content), result_characters_max);
  if (text.empty() || (parsed && parsed->is_structured() && rows.empty())) {
    return fmt::format("I searched your file for **{}** and found nothing.\n", term);
  }
  return fmt::format(
      "I searched your file for **{}** with the `search_file` tool. It says:\n\n"
      "```\n{}\n```\n",
      term, text);
}

std::string report_results(const Request& request) {
  const auto file = find_file(request.system);
  std::string out;
  for (const ToolResult& result : request.turns.back().tool_results) {
    std::string term = "it";
    for (const Turn& turn : request.turns) {
      for (const ToolCall& call : turn.tool_calls) {
        if (call.id == result.call_id) term = find_string(call.arguments, "query").value_or(term);
      }
    }
    out += report_result(result, term, file ? file->columns : std::vector<std::string>{});
  }
  return out;
}

}  // namespace

Reply make_reply(const Request& request) {
  const auto labelled = [](std::string_view text) {
    return Reply{fmt::format("{}{}", label_line, text), {}};
  };
  if (auto step = next_data_step(request)) {
    return step->calls.empty() ? labelled(step->text) : std::move(*step);
  }
  if (!request.turns.empty() && !request.turns.back().tool_results.empty()) {
    return labelled(report_results(request));
  }
  const std::string_view question = last_question(request);
  const std::string lower = to_lower_ascii(question);
  const auto file = find_file(request.system);
  if (file && has_tool(request, "search_file")) {
    if (const std::string term = search_term(question); !term.empty()) {
      return {
          "",
          {ToolCall{
              fmt::format("demo_{}", request.turns.size()), "search_file", {{"query", term}}, ""}}};
    }
  }
  if (file) {
    if (const auto text = answer_about_file(lower, *file)) return labelled(*text);
  }
  return labelled(answer_general(request, lower, file.has_value()));
}

}  // namespace parley::providers::demo
