#include "providers/transport/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "providers/transport/surrogates.h"

namespace parley::providers::transport {

namespace {

constexpr size_t detail_characters_max = 300;
/// A shorter "key" (Ollama takes any) would tear ordinary words out of the text.
constexpr size_t secret_bytes_min = 8;

/// The request was taken, and the answer broke off: what that cost, only the vendor knows.
Failure broken_off(const char* detail) {
  return {.kind = Failure::Kind::network, .detail = detail, .may_have_cost = true};
}

Failure failure_of(const net::UpstreamFailure& failure) {
  Failure out;
  out.detail = failure.detail;
  out.may_have_cost = failure.kind != net::UpstreamFailure::Kind::connect &&
                      failure.kind != net::UpstreamFailure::Kind::unavailable;
  switch (failure.kind) {
    case net::UpstreamFailure::Kind::timeout:
      out.kind = Failure::Kind::timeout;
      break;
    case net::UpstreamFailure::Kind::cancelled:
      out.kind = Failure::Kind::cancelled;
      break;
    case net::UpstreamFailure::Kind::unavailable:
      out.kind = Failure::Kind::unavailable;
      break;
    default:
      out.kind = Failure::Kind::network;
  }
  return out;
}

/// The body up to the bound; a break in it is no news: the status already says what happened.
std::string read_bounded(net::UpstreamCall& call, const std::stop_token& stop) {
  std::string body;
  while (body.size() < error_body_bytes_max) {
    auto piece = call.read(stop);
    if (!piece || !*piece) break;
    body.append(**piece, 0, error_body_bytes_max - body.size());
  }
  return body;
}

Failure read_failure(const Exchange& exchange, net::UpstreamCall& call,
                     const net::UpstreamHead& head, const Clock& clock,
                     const std::stop_token& stop) {
  const std::string body = read_bounded(call, stop);
  if (stop.stop_requested()) return {.kind = Failure::Kind::cancelled, .detail = "cancelled"};
  Failure failure = exchange.read_error(head.status, parse_leniently(body));
  failure.status = head.status;
  failure.retry_after_ms = retry_after_ms(head, exchange.retry_after, clock.now_ms());
  failure.should_retry = should_retry(head);
  if (failure.detail.empty()) failure.detail = fmt::format("HTTP {}: {}", head.status, body);
  return failure;
}

bool is_json(const net::UpstreamHead& head) {
  return to_lower_ascii(head.header("content-type").value_or("")).starts_with("application/json");
}

/// A 2xx that is no event stream: some servers send errors so.
Failure read_wrong_body(const Exchange& exchange, net::UpstreamCall& call,
                        const net::UpstreamHead& head, const std::stop_token& stop) {
  const Json body = parse_leniently(read_bounded(call, stop));
  if (find_member(body, "error") != nullptr) return exchange.read_error(head.status, body);
  return broken_off("the answer is JSON and no event stream");
}

void read_event(const SseEvent& event, EventFields& fields, EventReader& reader,
                AnswerDraft& draft) {
  if (draft.is_over() || event.data.empty()) return;
  if (reader.read_text(event.data, draft)) return;
  if (fields.parse(event.data) && reader.read_words(event.name, fields, draft)) return;
  const Json data = parse_leniently(event.data);
  if (data.is_null()) {
    return draft.fail(broken_off("an event is not JSON"));
  }
  reader.read(event.name, data, draft);
}

/// Feeds the reader until the draft is over. Returns why the stream broke, if it did.
std::optional<Failure> read_stream(net::UpstreamCall& call, EventReader& reader, AnswerDraft& draft,
                                   const std::stop_token& stop) {
  EventFields fields;
  SseDecoder decoder([&](SseEvent&& event) { read_event(event, fields, reader, draft); });
  bool is_over_bound = false;
  const auto read = call.stream(
      [&](std::string_view piece) {
        is_over_bound = !decoder.feed(piece);
        draft.pass_on();
        return !draft.is_over() && !is_over_bound;
      },
      stop);
  std::optional<Failure> broken;
  if (is_over_bound) {
    broken = broken_off("an event is over its bound");
  } else if (!read) {
    broken = failure_of(read.error());
  } else if (!draft.is_over()) {
    decoder.finish();
    draft.pass_on();
  }
  if (draft.is_over()) {
    call.release();
    return std::nullopt;
  }
  const bool cancelled = broken && broken->kind == Failure::Kind::cancelled;
  if (!cancelled) reader.end(draft);
  return broken ? broken : broken_off("ended without its terminal event");
}

}  // namespace

AnswerResult run(net::Upstream& upstream, Exchange exchange, EventReader& reader,
                 AnswerDraft&& draft, const Clock& clock, const std::stop_token& stop) {
  const auto call = upstream.start(std::move(exchange.request));
  std::optional<Failure> broken;
  int status = 0;
  if (const auto head = call->head(stop); !head) {
    broken = failure_of(head.error());
  } else {
    status = head->status;
    draft.request_id = head->header(exchange.request_id_header).value_or("");
    if (status < 200 || status > 299) {
      broken = read_failure(exchange, *call, *head, clock, stop);
    } else if (is_json(*head)) {
      broken = read_wrong_body(exchange, *call, *head, stop);
    } else {
      broken = read_stream(*call, reader, draft, stop);
    }
  }
  AnswerResult result = std::move(draft).conclude(std::move(broken));
  if (!result) {
    result.error().detail = scrub(result.error().detail, exchange.secret);
    // An error inside a stream came after a 200, which says nothing about it.
    result.error().status = status >= 200 && status <= 299 ? 0 : status;
  } else {
    result->finish_raw = scrub(result->finish_raw, exchange.secret);
  }
  return result;
}

Failure::Kind kind_of_status(int status) {
  switch (status) {
    case 401:
    case 403:
      return Failure::Kind::authentication;
    case 402:
      return Failure::Kind::no_credit;
    case 404:
      return Failure::Kind::model_not_found;
    case 408:
      return Failure::Kind::timeout;
    case 409:
      return Failure::Kind::overloaded;
    case 413:
      return Failure::Kind::context_too_long;
    case 429:
      return Failure::Kind::rate_limited;
    default:
      break;
  }
  if (status >= 500) return Failure::Kind::overloaded;
  // A redirect is a wrong base URL: nobody's fault that a retry could heal.
  return status >= 400 ? Failure::Kind::bad_request : Failure::Kind::unavailable;
}

Json parse_leniently(std::string_view text) {
  auto parsed = parse_json(mark_lone_surrogates(is_valid_utf8(text) ? text : to_valid_utf8(text)));
  return parsed ? std::move(*parsed) : Json();
}

std::string scrub(std::string_view text, const std::string& secret) {
  std::string out = to_valid_utf8(text);
  if (secret.size() >= secret_bytes_min) {
    for (size_t at = out.find(secret); at != std::string::npos; at = out.find(secret, at)) {
      out.replace(at, secret.size(), "***");
    }
  }
  for (size_t at = out.find("sk-"); at != std::string::npos; at = out.find("sk-", at + 3)) {
    size_t end = at + 3;
    while (end < out.size() && std::isspace(static_cast<unsigned char>(out[end])) == 0) ++end;
    out.replace(at + 3, end - at - 3, "***");
  }
  return std::string(first_characters(out, detail_characters_max));
}

net::UpstreamDeadlines deadlines_for(const Request& request, net::UpstreamDeadlines deadlines) {
  if (request.total_ms > 0) deadlines.total_ms = std::min(deadlines.total_ms, request.total_ms);
  return deadlines;
}

std::string join_url(std::string_view base_url, std::string_view path) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  return fmt::format("{}{}", base_url, path);
}

}  // namespace parley::providers::transport
