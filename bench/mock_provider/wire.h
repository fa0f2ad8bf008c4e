// The answers of an AI provider in the three dialects that Parley speaks: pure formatting.
//
// Enough of each dialect that a correct client takes it for the vendor's: head, text, usage, end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::bench {

enum class Dialect { none, messages, chat_completions, responses };

/// POST /v1/messages and so on; none for any other path.
Dialect dialect_of(std::string_view path);

/// One call, as asked.
struct Call {
  Dialect dialect = Dialect::none;
  uint64_t number = 0;     ///< makes its ids unique
  size_t input_bytes = 0;  ///< of the body; a quarter of it is reported as input tokens
  int tokens = 0;          ///< how many the answer has
  bool stream = false;
  bool include_usage = false;  ///< Chat Completions: the caller wants a usage chunk
};

/// The events before the first token, each token's, and those after the last.
std::string stream_head(const Call& call);
std::string stream_token(const Call& call, std::string_view text);
std::string stream_tail(const Call& call);

/// The body of the answer to a caller that does not stream.
std::string whole_answer(const Call& call, std::string_view text);

}  // namespace parley::bench
