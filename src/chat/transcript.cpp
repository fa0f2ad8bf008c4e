#include "chat/transcript.h"

namespace parley::chat {

namespace {

std::string delta_data(std::string_view text) {
  return dump({{"text", text}});
}

}  // namespace

bool Transcript::delta(std::string_view text) {
  if (!stream_->append("delta", delta_data(text))) return false;
  entries_.push_back(text.size());
  content_ += text;
  return true;
}

size_t Transcript::event(std::string_view name, const Json& data, size_t bytes_max) {
  const std::string text = dump(data);
  if (text.size() > bytes_max || !stream_->append(name, text)) return 0;
  entries_.push_back({name, data});
  return text.size();
}

std::string Transcript::stored_with(std::string_view name, const Json& data) const {
  Json entries = entries_;
  entries.push_back({name, data});
  return dump(entries);
}

void Transcript::finish(std::string_view name, const Json& data) {
  stream_->finish(name, dump(data));
}

Result<std::shared_ptr<events::AnswerStream>> replay(int64_t turn_number, std::string_view stored,
                                                     std::string_view content) {
  ASSIGN_OR_RETURN(const Json entries, parse_json(stored));
  auto stream = std::make_shared<events::AnswerStream>(turn_number);
  for (size_t i = 0; i < entries.size(); ++i) {
    const Json& entry = entries[i];
    if (entry.is_number_unsigned()) {
      const size_t bytes = entry.get<size_t>();
      if (bytes > content.size()) break;
      stream->append("delta", delta_data(content.substr(0, bytes)));
      content.remove_prefix(bytes);
    } else if (entry.is_array() && entry.size() == 2 && entry[0].is_string()) {
      const std::string name = entry[0].get<std::string>();
      const bool is_last = i + 1 == entries.size();
      is_last ? stream->finish(name, dump(entry[1]))
              : static_cast<void>(stream->append(name, dump(entry[1])));
    }
  }
  if (!stream->ended()) return fail(ErrorCode::internal, "", "stored transcript does not fit");
  return stream;
}

}  // namespace parley::chat
