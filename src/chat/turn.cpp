#include "chat/turn.h"

#include <algorithm>

#include "chat/failure_text.h"
#include "chat/transcript.h"

namespace parley::chat {

Result<std::shared_ptr<Turn>> ReplayedTurn::make(const StoredTurn& stored) {
  auto turn = std::make_shared<ReplayedTurn>();
  if (stored.state == "interrupted" || stored.state == "running") {
    // Nothing of a crashed answer was stored but its start: say so, and let it be asked again.
    turn->interrupted_ = true;
    ASSIGN_OR_RETURN(const Json entries, parse_json(stored.transcript));
    turn->stream_ = std::make_shared<events::AnswerStream>(stored.number);
    for (const Json& entry : entries) {
      if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string()) continue;
      turn->stream_->append(entry[0].get<std::string>(), dump(entry[1]));
    }
    turn->stream_->finish("error", dump(to_event(interrupted_text(), {})));
    turn->outcome_ = to_outcome(interrupted_text());
    return turn;
  }
  ASSIGN_OR_RETURN(turn->outcome_.body, parse_json(stored.reply));
  turn->outcome_.status = stored.reply_status;
  const std::string content = find_string(turn->outcome_.body, "response").value_or("");
  ASSIGN_OR_RETURN(turn->stream_, replay(stored.number, stored.transcript, content));
  return turn;
}

size_t ReplayedTurn::resume_offset(int64_t n) {
  // A reader of an interrupted answer may have seen more events than were stored; it still needs
  // the terminal one, which is the second.
  return stream_->offset_after(interrupted_ ? std::min<int64_t>(n, 1) : n);
}

}  // namespace parley::chat
