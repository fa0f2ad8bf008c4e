// Single header fields: who asks, for whom, from which page, and what they take.
#include <algorithm>
#include <cctype>
#include <string>

#include "base/addresses.h"
#include "base/origin.h"
#include "base/text.h"
#include "events/streams.h"
#include "http/cors.h"
#include "http/form.h"
#include "http/forwarded.h"
#include "tests/fuzz/targets.h"

namespace parley::fuzz {

namespace {

/// Lines that begin with 'h' are X-Forwarded-Host, the others X-Forwarded-For.
http::Request forwarded_request(std::string peer, std::string_view bytes) {
  http::Request request;
  request.peer_address = std::move(peer);
  request.headers.emplace_back("host", "shop.example");
  while (!bytes.empty()) {
    const std::string_view line = take_line(bytes);
    const bool is_host = line.starts_with('h');
    request.headers.emplace_back(is_host ? "x-forwarded-host" : "x-forwarded-for",
                                 line.substr(is_host ? 1 : 0));
  }
  return request;
}

void forwarded(std::string_view bytes) {
  static const AddressList trusted = *AddressList::parse({"127.0.0.1", "10.0.0.0/8", "fd00::/8"});
  http::Request stranger = forwarded_request("203.0.113.9", bytes);
  demand(http::take_forwarded(trusted, stranger).has_value(), "strangers are not listened to");
  demand(stranger.peer_address == "203.0.113.9" && stranger.header("host") == "shop.example",
         "what strangers say changes nothing");
  http::Request request = forwarded_request("127.0.0.1", bytes);
  if (!http::take_forwarded(trusted, request)) return;
  demand(is_address(request.peer_address), "the client is an address");
  demand(request.peer_address == "127.0.0.1" ||
             bytes.find(request.peer_address) != std::string_view::npos,
         "the client was named");
  const auto hosts = std::count_if(request.headers.begin(), request.headers.end(),
                                   [](const auto& field) { return field.first == "host"; });
  demand(hosts == 1 && !normal_host(*request.header("host")).empty(), "there is one host");
}

void origin(std::string_view bytes) {
  const std::string text(bytes);
  const std::string host = normal_host(text);
  demand(host.empty() || normal_host(host) == host, "a host has one form");
  if (is_origin(text)) {
    demand(origin_of(text) == text, "an origin is its own");
    demand(to_lower_ascii(text) == text, "an origin is in lower case");
    demand(is_origin(origin_of(text + "/path?query#part")), "an address has its origin");
  }
  const std::vector<std::string> allowed = {"https://shop.example", "http://shop.example:3000"};
  const bool is_listed = std::find(allowed.begin(), allowed.end(), text) != allowed.end();
  net::HeaderFields headers;
  http::add_cors(allowed, {{"origin", text}}, headers);
  const auto answer = net::find_field(headers, "Access-Control-Allow-Origin");
  demand(answer.has_value() == is_listed, "only listed origins may read");
  demand(net::find_field(headers, "Vary") == "Origin", "caches are told");
}

void address(std::string_view bytes) {
  const std::string text(bytes);
  const auto list = AddressList::parse({text});
  demand(!is_address(text) || list.has_value(), "an address is a list of one");
  if (!list) return;
  demand(list->contains(std::string_view(text).substr(0, text.find('/'))),
         "a block has its own address");
  static const AddressList private_ones = *AddressList::parse({"10.0.0.0/8"});
  demand(!private_ones.contains(text) || text.starts_with("10.") || text.find(':') != text.npos,
         "a block has no others");
}

bool says(std::string_view text, std::string_view word) {
  return to_lower_ascii(text).find(word) != std::string::npos;
}

/// The same text as Accept, Content-Type and Last-Event-ID.
void fields(std::string_view bytes) {
  http::Request request;
  request.headers = {{"accept", std::string(bytes)}};
  demand(!request.accepts("text/event-stream") || says(bytes, "text/event-stream"),
         "what is accepted was named");
  const std::string type = http::media_type_of(bytes);
  demand(http::media_type_of(type) == type, "a media type has one form");
  if (const auto id = events::EventId::parse(bytes)) {
    demand(id->text() == bytes, "an event id has one form");
    demand(id->seq > 0 && id->n > 0, "event ids count from one");
  }
}

}  // namespace

std::vector<Target> field_targets() {
  return {
      {"forwarded", &forwarded}, {"origin", &origin}, {"address", &address}, {"fields", &fields}};
}

}  // namespace parley::fuzz
