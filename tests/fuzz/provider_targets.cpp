// What vendors answer: their three event streams, their errors and how long they ask to wait.
#include <memory>
#include <string>

#include "base/json.h"
#include "base/text.h"
#include "providers/claude/stream.h"
#include "providers/openai/chat_stream.h"
#include "providers/openai/errors.h"
#include "providers/openai/responses_stream.h"
#include "providers/transport/surrogates.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

using providers::AnswerResult;
using providers::transport::EventReader;
using providers::transport::ReadError;

/// A vendor's response, whose body arrives in pieces.
class Replay final : public net::UpstreamCall {
 public:
  Replay(net::UpstreamHead head, std::string_view body, size_t piece_bytes)
      : head_(std::move(head)), rest_(body), piece_bytes_(piece_bytes) {}

  net::UpstreamResult<net::UpstreamHead> head(std::stop_token) override { return head_; }
  net::UpstreamResult<std::optional<std::string>> read(std::stop_token) override {
    if (rest_.empty()) return std::nullopt;
    std::string piece(rest_.substr(0, piece_bytes_));
    rest_.remove_prefix(piece.size());
    return piece;
  }
  net::UpstreamResult<void> stream(const Take& take, std::stop_token stop) override {
    while (auto piece = read(stop).value()) {
      if (!take(*piece)) break;
    }
    return {};
  }
  void release() override {}

 private:
  net::UpstreamHead head_;
  std::string_view rest_;
  size_t piece_bytes_;
};

class Vendor final : public net::Upstream {
 public:
  Vendor(int status, std::string_view body, size_t piece_bytes)
      : status_(status), body_(body), piece_bytes_(piece_bytes) {}

  std::unique_ptr<net::UpstreamCall> start(net::UpstreamRequest) override {
    const net::UpstreamHead head = {status_, {{"content-type", "text/event-stream"}}};
    return std::make_unique<Replay>(head, body_, piece_bytes_);
  }

 private:
  int status_;
  std::string_view body_;
  size_t piece_bytes_;
};

void demand_sound(const providers::Usage& usage) {
  demand(usage.input_uncached >= 0 && usage.input_cache_read >= 0 && usage.input_cache_write >= 0 &&
             usage.output >= 0 && usage.reasoning >= 0,
         "nothing costs less than nothing");
}

std::string described(const AnswerResult& result, const std::string& said) {
  if (!result) {
    demand_sound(result.error().usage);
    return std::string(name_of(result.error().kind)) + result.error().detail;
  }
  demand(result->text == said, "the answer is what was said");
  demand(is_valid_utf8(said), "what is said is UTF-8");
  demand_sound(result->usage);
  Json calls = Json::array();
  for (const auto& call : result->tool_calls) {
    demand(!call.id.empty(), "calls have ids");
    demand(call.arguments.is_object() || !call.problem.empty(), "calls are sound or say why not");
    calls.push_back({call.id, call.name, call.arguments, call.problem});
  }
  return dump({{"text", said},
               {"finish", name_of(result->finish)},
               {"raw", result->finish_raw},
               {"calls", calls},
               {"native", result->native},
               {"output", result->usage.output}});
}

std::string read_stream(EventReader& reader, ReadError read_error, int status,
                        std::string_view body, size_t piece_bytes) {
  std::string said;
  const providers::OnPart on_part = [&said](const providers::Part& part) {
    if (const auto* delta = std::get_if<providers::TextDelta>(&part)) {
      demand(!delta->text.empty(), "a delta says something");
      said += delta->text;
    }
  };
  Vendor vendor(status, body, piece_bytes);
  const FakeClock clock;
  providers::transport::Exchange exchange;
  exchange.read_error = read_error;
  return described(
      run(vendor, exchange, reader, providers::transport::AnswerDraft(on_part, "call"), clock, {}),
      said);
}

/// A body that begins with '!' is one of a 429.
template <class Reader>
void read_all(std::string_view bytes, ReadError read_error) {
  const bool is_error = bytes.starts_with('!');
  const int status = is_error ? 429 : 200;
  if (is_error) bytes.remove_prefix(1);
  Reader whole;
  Reader pieces;
  demand(read_stream(whole, read_error, status, bytes, bytes.size() + 1) ==
             read_stream(pieces, read_error, status, bytes, 3),
         "pieces do not change the answer");
}

void claude_stream(std::string_view bytes) {
  read_all<providers::claude::StreamReader>(bytes, &providers::claude::read_error);
}

void chat_stream(std::string_view bytes) {
  read_all<providers::openai::ChatReader>(bytes, &providers::openai::read_error);
}

void responses_stream(std::string_view bytes) {
  read_all<providers::openai::ResponsesReader>(bytes, &providers::openai::read_error);
}

/// The first line is retry-after, the second retry-after-ms.
void retry_after(std::string_view bytes) {
  net::UpstreamHead head;
  head.headers.emplace_back("retry-after", take_line(bytes));
  head.headers.emplace_back("retry-after-ms", take_line(bytes));
  for (const bool zero_counts : {false, true}) {
    constexpr int64_t wait_ms_max = 2'147'483'647;
    const auto wait_ms =
        providers::transport::retry_after_ms(head, {zero_counts}, 1'795'176'000'000);
    demand(!wait_ms || (*wait_ms >= (zero_counts ? 0 : 1) && *wait_ms <= wait_ms_max),
           "a wait is bounded");
  }
}

void surrogates(std::string_view bytes) {
  using namespace providers::transport;
  const std::string json = to_valid_utf8(bytes);
  const std::string marked = mark_lone_surrogates(json);
  demand(mark_lone_surrogates(marked) == marked, "marks are made once");
  demand(is_valid_utf8(marked), "marked text is UTF-8");
  const std::string resolved = resolve_surrogates(marked);
  demand(is_valid_utf8(resolved) && !ends_in_first_half(resolved), "no half is left");
  demand(resolve_surrogates(resolved) == resolved, "what is whole stays");
  if (parse_json(json)) {
    demand(mark_lone_surrogates(json) == json, "what a strict reader takes is left alone");
  }
}

}  // namespace

std::vector<Target> provider_targets() {
  return {{"claude_stream", &claude_stream},
          {"chat_stream", &chat_stream},
          {"responses_stream", &responses_stream},
          {"retry_after", &retry_after},
          {"surrogates", &surrogates}};
}

}  // namespace parley::fuzz
