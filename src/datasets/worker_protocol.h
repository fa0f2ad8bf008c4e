// The worker's protocol: a Query goes in, a QueryResult or an Error comes back.
//
//   request  one local message (local_message.h), JSON, with the pipe to answer into
//   answer   8 hexadecimal digits, the length of the JSON text that follows
//            {"columns":[{"name","type"}],"rows":[[…]],"truncated","rowsScanned","milliseconds"}
//            {"error":{"code","message","detail"}}
//
// Whoever answers has run a statement that nobody trusts: the answer is read as foreign bytes.
// Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "datasets/query.h"

namespace parley::datasets {

inline constexpr size_t frame_head_bytes = 8;

std::string encode_request(const Query& query);
/// Errors: internal (not what encode_request() made).
Result<Query> decode_request(std::string_view text);

/// `text` with its length before it.
std::string frame(std::string_view text);
/// The length that a frame's first frame_head_bytes announce; nullopt if they are none.
std::optional<size_t> frame_length(std::string_view head);

std::string encode_failure(const Error& error);

/// No answer within `limits` is longer: the rows, 512 names of columns, and the rest.
size_t answer_bytes_max(const QueryLimits& limits);
/// Errors: what the worker answered; internal (an answer that does not follow the protocol or
/// `limits`).
Result<QueryResult> decode_answer(std::string_view text, const QueryLimits& limits);

}  // namespace parley::datasets
