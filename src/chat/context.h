// Context: what a model is given for one turn. Pure: same input, same bytes.
//
// Sent as system parts plus turns, most stable part first, so that a vendor's prompt cache serves
// the prefix. Limits are document 004's (CONTRACTS.md, "Context building"); the total, which the
// document declares, is enforced here. The tenant's own instructions are sent whole, on top of it:
// what a visitor sends must not cut them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "providers/provider.h"

namespace parley::chat {

/// All in estimated tokens (see estimate_tokens), but for `history_messages`.
struct ContextLimits {
  int64_t message_tokens = 3'000;
  int64_t json_tokens = 2'000;
  int64_t page_tokens = 1'000;
  int64_t customer_tokens = 1'000;
  int64_t history_tokens = 1'500;
  int64_t history_messages = 10;  ///< the new message included
  int64_t total_tokens = 6'000;
};

struct PastMessage {
  providers::Turn::Role role = providers::Turn::Role::user;
  std::string text;
};

struct ContextInput {
  std::string system_parameter;  ///< the tenant's instructions; empty: none
  std::string bot_name;
  Json config;                       ///< the session's: customInstructions, pageData, jsonData, …
  std::string customer_section;      ///< customers::describe_for_model, or empty
  std::string file_section;          ///< files::describe_for_model, or empty
  std::vector<PastMessage> history;  ///< oldest first, without the new message
  std::string message;
};

struct Context {
  std::vector<std::string> system;
  std::vector<providers::Turn> turns;
  /// The estimate over everything; without the system parameter ≤ total_tokens.
  int64_t tokens = 0;
  bool message_truncated = false;
};

/// ceil(characters / 4).
int64_t estimate_tokens(std::string_view text);

/// At most `tokens_max * 4` characters, a "..." marker included: the beginning, or the end, kept.
std::string keep_beginning(std::string_view text, int64_t tokens_max);
std::string keep_end(std::string_view text, int64_t tokens_max);

Context build_context(const ContextInput& input, const ContextLimits& limits);

}  // namespace parley::chat
