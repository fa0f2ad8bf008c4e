// The tools of a chat over one uploaded CSV, run without a server and without a process of their
// own.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "datasets/import.h"
#include "datasets/opened.h"
#include "datasets/statement.h"
#include "datasets/worker_protocol.h"
#include "providers/provider.h"

namespace parley {

class TableTools {
 public:
  /// Imports `csv` into the file at `path`, which is replaced. Errors: those of import_file().
  static Result<TableTools> make(std::string_view csv, std::string path) {
    std::filesystem::remove(path);
    std::ofstream(path).close();
    formats::ByteSource source = formats::ByteSource::of_memory(csv);
    datasets::ImportOptions options;
    options.file_name = "orders.csv";
    ASSIGN_OR_RETURN(const auto made,
                     datasets::import_file(source, formats::FileType::csv, options, path, {}));
    return TableTools(std::move(path), dump(Json(to_json(made))));
  }

  /// What the model gets: of describe_data the schema, else the result of the statement.
  Result<std::string> run(const providers::ToolCall& call) const {
    if (call.name == "describe_data") return schema_;
    datasets::Query query;
    query.paths = {path_};
    query.sql = call.arguments.at("sql").get<std::string>();
    query.limits.deadline_ms = 10'000;
    ASSIGN_OR_RETURN(auto opened, datasets::open_datasets(query.paths));
    ASSIGN_OR_RETURN(const auto result,
                     datasets::decode_answer(datasets::run_statement(opened, query), query.limits));
    Json columns = Json::array();
    for (const auto& column : result.columns) columns.push_back(column.name);
    return dump(Json{{"columns", columns},
                     {"rows", result.rows},
                     {"rowCount", result.rows.size()},
                     {"truncated", result.truncated}});
  }

 private:
  TableTools(std::string path, std::string schema)
      : path_(std::move(path)), schema_(std::move(schema)) {}

  std::string path_;
  std::string schema_;
};

}  // namespace parley
