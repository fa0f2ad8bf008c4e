#include "providers/openai/openai.h"

#include <fmt/format.h>

#include <memory>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "providers/openai/chat_stream.h"
#include "providers/openai/errors.h"
#include "providers/openai/requests.h"
#include "providers/openai/responses_stream.h"
#include "providers/transport/exchange.h"

namespace parley::providers::openai {

namespace {

constexpr std::string_view own_host = "https://api.openai.com";

}  // namespace

OpenAiProtocol protocol_of(const OpenAiOptions& options) {
  if (options.protocol != OpenAiProtocol::automatic) return options.protocol;
  const std::string_view url = options.base_url;
  const bool is_own = url == own_host || (url.starts_with(own_host) && url[own_host.size()] == '/');
  return is_own ? OpenAiProtocol::responses : OpenAiProtocol::chat_completions;
}

OpenAi::OpenAi(OpenAiOptions options, net::Upstream& upstream, const Clock& clock)
    : options_(std::move(options)),
      speaks_responses_(protocol_of(options_) == OpenAiProtocol::responses),
      upstream_(upstream),
      clock_(clock) {}

net::UpstreamRequest OpenAi::make_request(const Request& request, const std::string& model,
                                          const std::string& owner) const {
  net::UpstreamRequest out;
  out.url = transport::join_url(options_.base_url,
                                speaks_responses_ ? "/responses" : "/chat/completions");
  out.headers = {{"content-type", "application/json"},
                 {"accept", "text/event-stream"},
                 {"user-agent", "parley"},
                 {"authorization", fmt::format("Bearer {}", options_.api_key)}};
  out.body = dump(speaks_responses_ ? make_responses_body(request, model, owner, options_)
                                    : make_chat_body(request, model, options_));
  out.deadlines = transport::deadlines_for(request, options_.deadlines);
  return out;
}

AnswerResult OpenAi::answer(const Request& request, const OnPart& on_part, std::stop_token stop) {
  const std::string& model = request.model.empty() ? options_.default_model : request.model;
  const std::string owner = fmt::format("{}/{}", options_.name, model);
  transport::Exchange exchange;
  exchange.request = make_request(request, model, owner);
  exchange.read_error = read_error;
  exchange.retry_after.zero_counts = true;
  exchange.secret = options_.api_key;
  std::unique_ptr<transport::EventReader> reader;
  if (speaks_responses_) {
    reader = std::make_unique<ResponsesReader>();
  } else {
    reader = std::make_unique<ChatReader>();
  }
  transport::AnswerDraft draft(on_part, fmt::format("call_{}", request.turns.size()));
  auto result =
      transport::run(upstream_, std::move(exchange), *reader, std::move(draft), clock_, stop);
  if (!result) return result;
  result->provider = options_.name;
  if (result->model.empty()) result->model = model;
  if (!result->tool_calls.empty()) result->native_owner = owner;
  return result;
}

}  // namespace parley::providers::openai
