// Provider: one blocking call that streams an answer. The contract of claude, openai and demo.
//
// A provider knows nothing of tenants, SQL or our HTTP API. A non-streamed answer is a stream that
// nobody watched, so there is one path. Finish reasons and usage come unified and raw.
// Threads: `answer` may run on many threads at once; implementations share no mutable state.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>
#include <vector>

namespace parley::providers {

using Json = nlohmann::json;

/// A function the model may call. `input_schema` is a JSON Schema object with stable key order.
struct ToolDefinition {
  std::string name;  ///< ^[a-zA-Z0-9_-]{1,64}$
  std::string description;
  Json input_schema;
};

/// A call the model made. `arguments` is null and `problem` says why when they were not valid JSON:
/// such a call is never run; its `problem` goes back as the result.
struct ToolCall {
  std::string id;  ///< ours if the server sent none
  std::string name;
  Json arguments;
  std::string problem;
};

struct ToolResult {
  std::string call_id;
  std::string content;
  bool is_error = false;
};

/// One turn. A user turn has text or tool results, an assistant turn text and/or tool calls.
struct Turn {
  enum class Role { user, assistant };
  Role role = Role::user;
  std::string text;
  std::vector<ToolCall> tool_calls;
  std::vector<ToolResult> tool_results;
  /// Vendor blocks to echo (thinking, reasoning) inside one tool loop, and who made them:
  /// used only by that same provider and model, dropped by every other.
  Json native;
  std::string native_owner;  ///< "provider/model"
};

struct Failure;

struct Request {
  std::string model;  ///< empty: the provider's default
  /// System text in parts, most stable first, so that a prefix can be cached by the vendor.
  std::vector<std::string> system;
  std::vector<Turn> turns;  ///< oldest first; the last is a user turn
  std::vector<ToolDefinition> tools;
  int64_t output_tokens_max = 1'000;  ///< of visible text; endpoints add room for reasoning
  int64_t output_tokens_cap = 0;      ///< never more than this, reasoning included; 0: none
  std::optional<int64_t> seed = {};   ///< sent where the protocol has one
  std::string cache_key;  ///< stable per conversation; a vendor's routing hint, no secret
  int64_t total_ms = 0;   ///< bound for the whole answer, retries included; 0: the endpoint's own
  /// Asked before the request is sent once more (retry, failover): each attempt may cost. False:
  /// the failure stands. Runs on the calling thread; may be empty.
  std::function<bool(const Failure&)> may_resend = {};
};

/// What an endpoint may be asked for: `output_tokens_max` and `headroom`, within the cap.
int64_t output_bound(const Request& request, int64_t headroom);

struct Usage {
  int64_t input_uncached = 0;
  int64_t input_cache_read = 0;
  int64_t input_cache_write = 0;
  int64_t output = 0;  ///< includes reasoning
  int64_t reasoning = 0;
  bool known = false;  ///< false: the vendor sent none; zeros mean nothing then
  Json raw;            ///< the vendor's own object(s)

  int64_t input() const { return input_uncached + input_cache_read + input_cache_write; }
  /// Sums, for the steps of a tool loop; known only if both are.
  Usage& operator+=(const Usage& other);
};

enum class Finish {
  stop,
  length,  ///< cut by a token limit
  tool_calls,
  refusal,
  truncated,  ///< the stream broke after visible text
  cancelled,  ///< by the caller's stop token
};

/// "stop", "length", "tool_calls", "refusal", "truncated", "cancelled".
std::string_view name_of(Finish finish);

/// What arrives while the answer runs.
struct TextDelta {
  std::string text;  ///< valid UTF-8, never empty
};
struct ToolCallStarted {
  std::string id;
  std::string name;
};
using Part = std::variant<TextDelta, ToolCallStarted>;
using OnPart = std::function<void(const Part&)>;

/// Everything that is known at the end. `truncated` and `cancelled` are answers too: what was said
/// counts. `text` is what the TextDeltas said, joined; after a `refusal` it may be a torso that
/// belongs in no later context. Tool calls are complete and parsed; a cut one is not among them.
struct Answer {
  std::string text;
  Finish finish = Finish::stop;
  std::string finish_raw;  ///< the vendor's word
  Usage usage;
  std::vector<ToolCall> tool_calls;
  Json native;
  std::string native_owner;
  std::string provider;
  std::string model;
  std::string request_id;  ///< the vendor's, for the log
};

/// A call that said nothing visible. Kinds follow PROVIDERS.md section 6.
struct Failure {
  enum class Kind {
    bad_request,  ///< our fault: never retried, never trips the breaker
    context_too_long,
    authentication,  ///< 401, 403: the key is bad
    no_credit,       ///< 402 and the quota kinds of 429: waiting does not help
    model_not_found,
    rate_limited,
    overloaded,  ///< 5xx, 529, error events
    network,     ///< connect, cut before text, not the protocol
    timeout,
    unavailable,  ///< not asked: breaker open, no key, no descriptor left to call with
    cancelled,
  };
  Kind kind = Kind::network;
  std::string detail = {};  ///< for the log: vendor type and message, no keys
  int status = 0;           ///< HTTP status, 0 if there was none
  std::optional<int64_t> retry_after_ms = {};
  std::optional<bool> should_retry = {};  ///< x-should-retry
  std::string request_id = {};
  Usage usage = {};  ///< what is known to have been spent all the same
  /// The last attempt reached the vendor and broke off: nobody says what it cost.
  bool may_have_cost = false;
};

/// The enumerator's own spelling.
std::string_view name_of(Failure::Kind kind);

using AnswerResult = tl::expected<Answer, Failure>;

class Provider {
 public:
  virtual ~Provider() = default;

  /// Stable names: `name` is what configs say ("claude"), `label` what people read.
  virtual const std::string& name() const = 0;
  virtual const std::string& label() const = 0;
  virtual const std::string& default_model() const = 0;

  /// Blocks until the answer ends. `on_part` gets the parts in order and one at a time, on a thread
  /// that other answers may share: it must not block. It may request the stop. `stop` ends it
  /// within 500 ms with Finish::cancelled (after text) or Failure::cancelled (before any).
  /// A stream without its terminal event is `truncated` after text and a Failure before it.
  virtual AnswerResult answer(const Request& request, const OnPart& on_part,
                              std::stop_token stop) = 0;
};

}  // namespace parley::providers
