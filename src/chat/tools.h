// Tools: what a model may do during an answer: look into the conversation's files, and nothing
// else.
//
//   describe_data {table?}   the tables and what is in their columns
//   query_data    {sql}      one SELECT over all rows; leaves a receipt
//   search_file   {query}    document 004's substring search in the newest file
//
// Every call shows in the stream as `tool` (running, then done or failed); a query that worked also
// as `receipt`, while there is room. Errors go back to the model, so that it can correct itself.
#pragma once

#include <string>
#include <vector>

#include "chat/transcript.h"
#include "chat/turn.h"
#include "files/queries.h"
#include "providers/provider.h"

namespace parley::chat {

/// Threads: any; holds no state between calls.
class Tools {
 public:
  Tools(files::Service& files, files::Queries& queries) : files_(files), queries_(queries) {}

  /// In a stable order, for the vendors' prompt caches.
  static std::vector<providers::ToolDefinition> definitions();

  /// What the calls of one answer showed.
  struct Shown {
    Json receipts = Json::array();  ///< with their first rows
    size_t streamed_bytes = 0;      ///< of receipts
  };

  /// Runs one call of `turn`'s answer, and adds to `shown`.
  providers::ToolResult run(const LiveTurn& turn, const providers::ToolCall& call,
                            Transcript& transcript, Shown& shown) const;

 private:
  struct Step;
  Result<std::string> describe(const Step& step) const;
  Result<std::string> query(const Step& step) const;
  static void show(const files::Receipt& receipt, const Step& step);
  Result<std::string> search(const Step& step) const;
  std::string label_of(const LiveTurn& turn, const providers::ToolCall& call) const;

  files::Service& files_;
  files::Queries& queries_;
};

}  // namespace parley::chat
