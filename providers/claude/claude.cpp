#include "providers/claude/claude.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "base/json.h"
#include "providers/claude/request.h"
#include "providers/claude/stream.h"
#include "providers/transport/exchange.h"

namespace parley::providers::claude {

net::UpstreamRequest Claude::make_request(const Request& request, const std::string& model,
                                          const std::string& owner) const {
  net::UpstreamRequest out;
  // People paste base URLs with and without the version.
  const bool has_version = std::string_view(options_.base_url).ends_with("/v1");
  out.url = transport::join_url(options_.base_url, has_version ? "/messages" : "/v1/messages");
  out.headers = {{"content-type", "application/json"},
                 {"accept", "text/event-stream"},
                 {"user-agent", "parley"},
                 {"x-api-key", options_.api_key},
                 {"anthropic-version", options_.api_version}};
  out.body = dump(make_body(request, model, owner, options_.reasoning_headroom_tokens));
  out.deadlines = transport::deadlines_for(request, options_.deadlines);
  return out;
}

AnswerResult Claude::answer(const Request& request, const OnPart& on_part, std::stop_token stop) {
  const std::string& model = request.model.empty() ? options_.default_model : request.model;
  const std::string owner = fmt::format("{}/{}", options_.name, model);
  transport::Exchange exchange;
  exchange.request = make_request(request, model, owner);
  exchange.read_error = read_error;
  exchange.request_id_header = "request-id";
  exchange.secret = options_.api_key;
  StreamReader reader;
  transport::AnswerDraft draft(on_part, fmt::format("toolu_{}", request.turns.size()));
  auto result =
      transport::run(upstream_, std::move(exchange), reader, std::move(draft), clock_, stop);
  if (!result) return result;
  result->provider = options_.name;
  if (result->model.empty()) result->model = model;
  if (!result->tool_calls.empty()) result->native_owner = owner;
  return result;
}

}  // namespace parley::providers::claude
