#include "chat/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "datasets/query.h"
#include "files/context.h"

namespace parley::chat {

namespace {

// What a model reads of one result; the visitor sees all of it in the receipt.
constexpr size_t result_bytes_max = 12 * 1024;
// Of all receipts of one answer in its stream. Whole ones first; further ones with their first rows
// only; what does not fit even so is in the history alone. The rest of the stream is the answer's.
constexpr size_t whole_receipts_bytes_max = 2 * 1024 * 1024;
constexpr size_t receipts_bytes_max = 3 * 1024 * 1024;
static_assert(receipts_bytes_max < events::AnswerStream::bytes_max);
constexpr size_t label_characters_max = 60;
constexpr const char* fallback_label = "A step did not work; trying another way";

struct Definition {
  const char* name;
  const char* parameter;  ///< a string
  bool is_required;
  const char* description;
  const char* parameter_description;
};

constexpr Definition describe_data = {
    "describe_data", "table", false,
    "Describes the tables made from the visitor's uploaded files: every column with its type, "
    "unit, range, number of different values, most frequent values and examples.",
    "Only this table; all tables if left out."};

constexpr Definition query_data = {
    "query_data", "sql", true,
    "Runs one read-only SQL statement over all rows of the tables made from the visitor's uploaded "
    "files, and shows its result to the visitor as a table or chart with the query. Use it for "
    "every "
    "number, list or comparison; never estimate from samples. At most 1,000 rows come back: "
    "aggregate in SQL.",
    "One SELECT statement, which may begin with WITH."};

constexpr Definition search_file = {
    "search_file", "query", true,
    "Searches the visitor's newest uploaded file for a text, ignoring case, over all rows (CSV) or "
    "items (JSON). Returns the first 10 matches and the total number of matches.",
    "The text to look for."};

providers::ToolDefinition definition_of(const Definition& tool, std::string_view notes = {}) {
  Json required = Json::array();
  if (tool.is_required) required.push_back(tool.parameter);
  return {tool.name,
          notes.empty() ? tool.description : fmt::format("{} {}", tool.description, notes),
          {{"type", "object"},
           {"properties",
            {{tool.parameter, {{"type", "string"}, {"description", tool.parameter_description}}}}},
           {"required", std::move(required)},
           {"additionalProperties", false}}};
}

std::string with_thousands(int64_t number) {
  std::string digits = fmt::format("{}", number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(digits.begin() + at, ',');
  }
  return digits;
}

/// The result for the model: whole rows, as many as fit.
std::string result_for_model(const datasets::QueryResult& result) {
  Json names = Json::array();
  for (const auto& column : result.columns) names.push_back(column.name);
  Json rows = Json::array();
  size_t bytes = 0;
  for (const Json& row : result.rows) {
    bytes += dump(row).size() + 1;
    if (bytes > result_bytes_max) break;
    rows.push_back(row);
  }
  Json out = {{"columns", std::move(names)},
              {"rowCount", result.rows.size()},
              {"truncated", result.truncated},
              {"rowsScanned", result.rows_scanned}};
  if (rows.size() < result.rows.size()) out["rowsShownToYou"] = rows.size();
  out["rows"] = std::move(rows);
  return dump(out);
}

void tool_event(Transcript& transcript, const providers::ToolCall& call, const char* status,
                const std::string& label) {
  transcript.event("tool",
                   {{"id", call.id}, {"name", call.name}, {"status", status}, {"label", label}});
}

}  // namespace

struct Tools::Step {
  const LiveTurn& turn;
  const providers::ToolCall& call;
  std::string argument;  ///< of the tool's one parameter; empty: left out
  Transcript& transcript;
  Shown& shown;
};

std::vector<providers::ToolDefinition> Tools::definitions() {
  return {definition_of(describe_data), definition_of(query_data, datasets::sql_dialect_notes()),
          definition_of(search_file)};
}

/// "Reading 10,000 rows of orders.csv": the files whose tables the statement names.
std::string Tools::label_of(const LiveTurn& turn, const providers::ToolCall& call) const {
  if (call.name == search_file.name) {
    const std::string text = find_string(call.arguments, "query").value_or("");
    return fmt::format("Searching the file for \"{}\"",
                       first_characters(text, label_characters_max));
  }
  if (call.name == describe_data.name) return "Looking at the columns";
  const std::string sql = to_lower_ascii(find_string(call.arguments, "sql").value_or(""));
  const auto files = files_.list(turn.scope, turn.message.conversation_id);
  int64_t rows = 0;
  std::string names;
  for (const files::StoredFile& file : files.value_or(std::vector<files::StoredFile>())) {
    int64_t named_rows = 0;
    for (const datasets::Table& table : file.dataset.tables) {
      if (sql.find(to_lower_ascii(table.name)) != std::string::npos) named_rows += table.rows;
    }
    if (named_rows == 0) continue;
    rows += named_rows;
    names += (names.empty() ? "" : ", ") + file.name;
  }
  if (names.empty()) return "Asking the data";
  return fmt::format("Reading {} {} of {}", with_thousands(rows), rows == 1 ? "row" : "rows",
                     first_characters(names, label_characters_max));
}

Result<std::string> Tools::describe(const Step& step) const {
  ASSIGN_OR_RETURN(
      const auto tables,
      queries_.describe(step.turn.scope, step.turn.message.conversation_id, step.argument));
  return files::tables_for_model(tables, result_bytes_max);
}

Result<std::string> Tools::query(const Step& step) const {
  ASSIGN_OR_RETURN(const files::Receipt receipt,
                   queries_.answer(step.turn.scope, step.turn.message.conversation_id,
                                   step.turn.facts.answer_message_id, step.argument,
                                   step.turn.stop.get_token()));
  show(receipt, step);
  return result_for_model(receipt.result);
}

void Tools::show(const files::Receipt& receipt, const Step& step) {
  Json whole = to_json(receipt, receipt.result.rows.size());
  Json listed = to_json(receipt, files::listed_rows_max);
  step.shown.receipts.push_back(listed);
  whole["callId"] = listed["callId"] = step.call.id;
  const size_t taken = step.shown.streamed_bytes;
  const auto send = [&](const Json& data, size_t bytes_max) {
    return step.transcript.event("receipt", data, bytes_max - std::min(bytes_max, taken));
  };
  size_t sent = send(whole, whole_receipts_bytes_max);
  if (sent == 0) sent = send(listed, receipts_bytes_max);
  step.shown.streamed_bytes += sent;
}

Result<std::string> Tools::search(const Step& step) const {
  ASSIGN_OR_RETURN(
      const auto found,
      files_.search(step.turn.scope, step.turn.message.conversation_id, step.argument));
  return std::string(first_characters(found.results, result_bytes_max));
}

providers::ToolResult Tools::run(const LiveTurn& turn, const providers::ToolCall& call,
                                 Transcript& transcript, Shown& shown) const {
  struct Tool {
    const Definition& definition;
    Result<std::string> (Tools::*run)(const Step&) const;
  };
  constexpr std::array<Tool, 3> tools = {{{describe_data, &Tools::describe},
                                          {query_data, &Tools::query},
                                          {search_file, &Tools::search}}};
  const auto tool = std::find_if(tools.begin(), tools.end(), [&call](const Tool& one) {
    return call.name == one.definition.name;
  });
  std::string problem = call.problem;
  std::optional<std::string> argument;
  if (problem.empty() && tool == tools.end()) problem = "There is no such tool.";
  if (problem.empty()) {
    argument = find_string(call.arguments, tool->definition.parameter);
    if (!argument && tool->definition.is_required) {
      problem = fmt::format("The argument `{}` is missing.", tool->definition.parameter);
    }
  }
  if (!problem.empty()) {
    tool_event(transcript, call, "failed", fallback_label);
    return {call.id, problem, true};
  }
  const std::string label = label_of(turn, call);
  tool_event(transcript, call, "running", label);
  const auto result = (this->*tool->run)({turn, call, argument.value_or(""), transcript, shown});
  tool_event(transcript, call, result ? "done" : "failed", label);
  if (result) return {call.id, without_invisible_characters(*result), false};
  const Error& error = result.error();
  return {call.id,
          error.detail.empty() || error.code != ErrorCode::invalid ? error.message : error.detail,
          true};
}

}  // namespace parley::chat
