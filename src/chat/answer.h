// Answer: steps ② and ③ of a turn: context, provider, tools. Touches no history.
#pragma once

#include <string>
#include <vector>

#include "chat/bill.h"
#include "chat/chat.h"
#include "chat/failure_text.h"
#include "chat/meter.h"
#include "chat/spending.h"
#include "chat/tools.h"
#include "chat/transcript.h"
#include "chat/turn.h"
#include "files/files.h"
#include "providers/provider.h"

namespace parley::chat {

struct Produced {
  std::string finish;  ///< the wire's word: stop, length, stopped, truncated, refusal
  std::string finish_raw;
  std::string provider;
  std::string model;
  std::string request_id;
  providers::Usage usage;
  Json receipts = Json::array();  ///< of its data answers, with their first rows
  Bill bill = {};
};

/// Why nothing was said, and what it cost all the same.
struct Unanswered {
  FailureText text;
  std::string detail;  ///< for the log
  Bill bill = {};
};

using AnswerOutcome = tl::expected<Produced, Unanswered>;

/// Threads: any; holds no state between calls.
class Answerer {
 public:
  Answerer(const Options& options, const Spending& spending, files::Service& files,
           files::Queries& queries)
      : options_(options), spending_(spending), tools_(files, queries) {}

  /// Blocks until the provider is done or `turn.stop` is requested. Every delta and tool step goes
  /// into `transcript` as it comes.
  AnswerOutcome run(LiveTurn& turn, Transcript& transcript) const;

 private:
  AnswerOutcome run_steps(LiveTurn& turn, Transcript& transcript, Meter& meter) const;
  /// The turn that answers `calls`: each has its result, also those that may not run any more.
  providers::Turn run_tools(const LiveTurn& turn, const std::vector<providers::ToolCall>& calls,
                            bool may_run, Transcript& transcript, Tools::Shown& shown) const;

  const Options& options_;
  const Spending& spending_;
  const Tools tools_;
};

}  // namespace parley::chat
